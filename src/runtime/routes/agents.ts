import { Hono } from 'hono';
import { CreateSession, InputAnswer, RunRequest, UpdateSession } from '../../protocol';
import { basePrompt } from '../agent/prompt';
import { createSession } from '../agent/sessions';
import { readBody } from '../http/body';
import { jsonAnswer } from '../http/json-text';
import { readPage } from '../http/paging';
import { badRequest, notFound } from '../http/problem';
import { eventStream } from '../http/sse';
import type { Services } from '../services';
import { type Nouns, type Session, toWireSession } from '../store';

/**
 * @returns the session of this project.
 * @throws Problem 404.
 */
export async function findSession({ store, projectId }: Services, id: string): Promise<Session> {
  const session = await store.sessions.get(projectId, id);
  if (!session) throw notFound(`The session "${id}"`);
  return session;
}

/** `/agents`: sessions, their runs, and the answers to what runs ask. */
export function agentRoutes(services: Services): Hono {
  const { store, audit, projectId, runs, inputs } = services;
  const record = (action: string, { id, agent_id }: Session, within?: Pick<Nouns, 'audit'>) =>
    audit.record(
      {
        action,
        subjectType: 'session',
        subjectId: id,
        sessionId: id,
        metadata: agent_id ? { agent_id } : {},
      },
      within,
    );
  return new Hono()
    .get('/agents/system-prompt', (c) => c.json({ prompt: basePrompt() }))
    .post('/agents', async (c) => {
      const session = await createSession(services, await readBody(c, CreateSession));
      return c.json(toWireSession(session), 201);
    })
    .get('/agents', async (c) => {
      const sessions = await store.sessions.list(projectId, readPage(c));
      return c.json({ sessions: sessions.map(toWireSession) });
    })
    .get('/agents/:id', async (c) => {
      const session = await findSession(services, c.req.param('id'));
      const steps = await store.steps.listText(session.id);
      return jsonAnswer({ session: toWireSession(session) }, { steps });
    })
    .patch('/agents/:id', async (c) => {
      const { title } = await readBody(c, UpdateSession);
      if (!title.trim()) throw badRequest('The field "title" is empty.', { field: 'title' });
      const session = await findSession(services, c.req.param('id'));
      await store.transaction(async (nouns) => {
        await nouns.sessions.rename(session.id, title.trim());
        await record('session.rename', session, nouns);
      });
      return c.json(toWireSession(await findSession(services, session.id)));
    })
    .delete('/agents/:id', async (c) => {
      const session = await findSession(services, c.req.param('id'));
      await runs.stop(session.id);
      await store.transaction(async (nouns) => {
        await nouns.sessions.delete(session.id);
        await record('session.delete', session, nouns);
      });
      return c.body(null, 204);
    })
    .post('/agents/:id/run', async (c) => {
      const { message } = await readBody(c, RunRequest);
      if (!message.trim()) throw badRequest('The field "message" is empty.', { field: 'message' });
      const session = await findSession(services, c.req.param('id'));
      const { events, cancel } = await runs.start(session, message);
      await record('session.run', session);
      return eventStream(events, cancel);
    })
    .post('/agents/:id/input', async (c) => {
      const { request_id: requestId, value } = await readBody(c, InputAnswer);
      const session = await findSession(services, c.req.param('id'));
      const steps = await store.steps.list(session.id);
      const asked = steps.some(
        (step) => step.step_type === 'input_request' && step.tool_args?.request_id === requestId,
      );
      await inputs.answer(session.id, requestId, value, asked);
      await record('session.input', session);
      return c.json({ request_id: requestId, accepted: true });
    });
}
