import { Hono } from 'hono';
import { type SessionToken, SessionTokenRequest } from '../../protocol';
import { readBody } from '../http/body';
import { requestKey, sessionTokenPath } from '../http/middleware/key';
import { badRequest, notFound } from '../http/problem';
import type { Services } from '../services';

/**
 * `POST /api/auth/session-token`: a key of 8 hours, for a browser that must not hold the project's own.
 * The hosted platform wants a person's JWT as Bearer; here, where nobody signs in, any key of the project does.
 */
export function authRoutes({ keys, projectId, audit }: Services): Hono {
  return new Hono().post(sessionTokenPath, async (c) => {
    const { project_id: project, workspace_id: workspace } = await readBody(c, SessionTokenRequest);
    const wanted = project ?? workspace;
    if (wanted === undefined) throw badRequest('The field "project_id" is missing.', { field: 'project_id' });
    if (wanted !== projectId) throw notFound(`The project "${wanted}"`);
    const { text, id, prefix, expiresAt } = await keys.mint(requestKey(c, keys));
    await audit.record({ action: 'session_token.create', subjectType: 'api_key', subjectId: id });
    const token: SessionToken = { api_key: text, key_id: id, key_prefix: prefix, expires_at: expiresAt };
    return c.json(token, 201);
  });
}
