import { Hono } from 'hono';
import { apiBase } from '../protocol';
import { actorScope } from './http/middleware/actor';
import { durable } from './http/middleware/durable';
import { problemHandler, unknownPath } from './http/middleware/errors';
import { type HostCheckOptions, hostCheck } from './http/middleware/host';
import { keyCheck, sessionTokenPath } from './http/middleware/key';
import { sizeLimit } from './http/middleware/limit';
import { originCheck } from './http/middleware/origin';
import { agentRoutes } from './routes/agents';
import { auditRoutes } from './routes/audit';
import { authRoutes } from './routes/auth';
import { chatRoutes } from './routes/chat';
import { configRoutes } from './routes/configs';
import { conversationRoutes } from './routes/conversations';
import { debugRoutes } from './routes/debug';
import { evalRoutes } from './routes/evals';
import { knowledgeRoutes } from './routes/knowledge';
import { metricsRoutes } from './routes/metrics';
import { modelRoutes } from './routes/models';
import { openApiRoutes } from './routes/openapi';
import { projectRoutes } from './routes/project';
import { scheduleRoutes } from './routes/schedules';
import { skillRoutes } from './routes/skills';
import { sourceRoutes } from './routes/source';
import { studioRoutes } from './routes/studio';
import { templateRoutes } from './routes/templates';
import { vaultRoutes } from './routes/vaults';
import type { Services } from './services';

/** The whole HTTP surface: maps a Request to a Response, with or without a socket. */
export function createApp(services: Services, host: HostCheckOptions): Hono {
  const app = new Hono();
  app.onError(problemHandler(services.log));
  app.notFound(unknownPath);
  app.use(hostCheck(host), originCheck());
  // Before the key check, which they do without.
  app.route(apiBase, openApiRoutes());
  for (const path of [`${apiBase}/*`, sessionTokenPath]) {
    app.use(path, keyCheck(services.keys), actorScope(), sizeLimit(services.limits), durable(services.store));
  }
  app.route('/', authRoutes(services));
  for (const routes of [
    projectRoutes(services),
    vaultRoutes(services),
    agentRoutes(services),
    configRoutes(services),
    evalRoutes(services),
    scheduleRoutes(services),
    metricsRoutes(services),
    sourceRoutes(services),
    skillRoutes(services),
    studioRoutes(services),
    debugRoutes(services),
    knowledgeRoutes(services),
    auditRoutes(services),
    chatRoutes(services),
    modelRoutes(services),
    conversationRoutes(services),
    templateRoutes(services),
  ]) {
    app.route(apiBase, routes);
  }
  return app;
}
