import { Hono } from 'hono';
import {
  CreateSession,
  EventsQuery,
  InputAnswer,
  RunRequest,
  SessionQuery,
  UpdateSession,
} from '../../protocol';
import { follow } from '../agent/follow';
import { basePrompt } from '../agent/prompt';
import { createSession } from '../agent/sessions';
import { readBody } from '../http/body';
import { jsonAnswer } from '../http/json-answer';
import { badRequest, notFound } from '../http/problem';
import { readQuery } from '../http/query';
import { eventStream } from '../http/sse';
import type { Services } from '../services';
import { type Nouns, type Session, toWireSession } from '../store';

/**
 * @returns the session of this project.
 * @throws Problem 404.
 */
export async function findSession(
  { store, projectId }: Pick<Services, 'store' | 'projectId'>,
  id: string,
): Promise<Session> {
  const session = await store.sessions.get(projectId, id);
  if (!session) throw notFound(`The session "${id}"`);
  return session;
}

/**
 * The steps of a session as the bytes of JSON, in pieces.
 * @throws Problem 404 when it was deleted while they were read: a part of them is no answer.
 */
export async function stepsOf(
  services: Pick<Services, 'store' | 'projectId'>,
  { id }: Pick<Session, 'id'>,
): Promise<Uint8Array[]> {
  const steps = await services.store.steps.listJson(id);
  await findSession(services, id);
  return steps;
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
      const { status, ...page } = readQuery(c, SessionQuery);
      const sessions = await store.sessions.list(projectId, page, status?.split(','));
      return c.json({ sessions: sessions.map(toWireSession) });
    })
    .get('/agents/:id', async (c) => {
      const session = await findSession(services, c.req.param('id'));
      const steps = await stepsOf(services, session);
      return jsonAnswer({ session: toWireSession(session) }, 'steps', steps);
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
      const { events, leave } = await runs.start(session, message);
      await record('session.run', session);
      return eventStream(events, leave);
    })
    .get('/agents/:id/events', async (c) => {
      const { after } = readQuery(c, EventsQuery);
      const session = await findSession(services, c.req.param('id'));
      const { events, leave } = follow(services, session, after);
      return eventStream(events, leave);
    })
    .post('/agents/:id/stop', async (c) => {
      const session = await findSession(services, c.req.param('id'));
      const stopped = runs.active(session.id) !== undefined;
      await runs.stop(session.id);
      if (stopped) await record('session.stop', session);
      return c.json(toWireSession(await findSession(services, session.id)));
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
