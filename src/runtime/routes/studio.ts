import { Hono } from 'hono';
import { AnalyzeRequest, ReplayRequest } from '../../protocol';
import { analyze } from '../agent/analyze';
import { replay } from '../agent/replay';
import { describeTrace } from '../agent/trace';
import { readBody } from '../http/body';
import { jsonAnswer } from '../http/json-answer';
import { eventStream } from '../http/sse';
import type { Services } from '../services';
import { findSession, stepsOf } from './agents';

/** `/studio`: what a session did, the same again from a step on, and why it failed. */
export function studioRoutes(services: Services): Hono {
  return new Hono()
    .get('/studio/:id', async (c) => {
      const session = await findSession(services, c.req.param('id'));
      const steps = await stepsOf(services, session);
      return jsonAnswer(await describeTrace(services, session), 'steps', steps);
    })
    .post('/studio/:id/replay', async (c) => {
      const request = await readBody(c, ReplayRequest);
      const session = await findSession(services, c.req.param('id'));
      const { events, leave, sessionId } = await replay(services, session, request);
      await services.audit.record({
        action: 'session.replay',
        subjectType: 'session',
        subjectId: session.id,
        sessionId: session.id,
        metadata: { from_step: request.from_step },
      });
      // The client went away without an answer: nobody else knows the new session, to follow or to stop it.
      if (c.req.raw.signal.aborted) await services.runs.stop(sessionId);
      return eventStream(events, leave);
    })
    .post('/studio/:id/analyze', async (c) => {
      const request = await readBody(c, AnalyzeRequest);
      const session = await findSession(services, c.req.param('id'));
      return c.json(await analyze(services, session, request, c.req.raw.signal));
    });
}
