import { Hono } from 'hono';
import { errorCodes } from '../../protocol';
import { Problem } from '../http/problem';

/** What the wire has and this runtime does not serve yet. */
const families = ['/chat/completions', '/conversations', '/prompt-templates'] as const;

/** Answers those paths with 501, so that a client can tell "not yet" from "wrong address". */
export function unservedRoutes(): Hono {
  const routes = new Hono();
  for (const family of families) {
    for (const path of [family, `${family}/*`]) {
      routes.all(path, () => {
        const message = `This runtime does not serve ${family} yet.`;
        throw new Problem(501, errorCodes.notImplemented, message);
      });
    }
  }
  return routes;
}
