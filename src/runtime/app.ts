import { Hono } from 'hono';
import { apiBase, errorCodes } from '../protocol';
import { actorScope } from './http/middleware/actor';
import { problemHandler, unknownPath } from './http/middleware/errors';
import { type HostCheckOptions, hostCheck } from './http/middleware/host';
import { keyCheck } from './http/middleware/key';
import { largestBody, sizeLimit } from './http/middleware/limit';
import { originCheck } from './http/middleware/origin';
import { Problem } from './http/problem';
import { agentRoutes } from './routes/agents';
import { configRoutes } from './routes/configs';
import { knowledgeRoutes } from './routes/knowledge';
import { projectRoutes } from './routes/project';
import { skillRoutes } from './routes/skills';
import { sourceRoutes } from './routes/source';
import { studioRoutes } from './routes/studio';
import { unservedRoutes } from './routes/unserved';
import type { Services } from './services';

export interface AppOptions extends HostCheckOptions {
  /** SHA-256 of the key that opens the API. */
  keyHash: Buffer;
}

/** The whole HTTP surface: maps a Request to a Response, with or without a socket. */
export function createApp(services: Services, { keyHash, ...host }: AppOptions): Hono {
  const app = new Hono();
  app.onError(problemHandler(services.log));
  app.notFound(unknownPath);
  app.use(hostCheck(host), originCheck());
  app.all('/api/auth/session-token', () => {
    const message = 'This runtime does not make session tokens yet; use its key.';
    throw new Problem(501, errorCodes.notImplemented, message);
  });
  app.use(
    `${apiBase}/*`,
    keyCheck(keyHash),
    actorScope(),
    sizeLimit({ body: largestBody, file: services.largestFile }),
  );
  for (const routes of [
    projectRoutes(services),
    agentRoutes(services),
    configRoutes(services),
    sourceRoutes(services),
    skillRoutes(services),
    studioRoutes(services),
    knowledgeRoutes(services),
    unservedRoutes(),
  ]) {
    app.route(apiBase, routes);
  }
  return app;
}
