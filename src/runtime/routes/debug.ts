import { Hono } from 'hono';
import { primitives } from '../../project';
import {
  DebugAttach,
  DebugBreakpoints,
  DebugCommand,
  DebugEvaluate,
  type DebugRecording,
} from '../../protocol';
import { sourceOf } from '../agent/session-source';
import { type Debugger, evaluateAt, mostPoints } from '../debug';
import { readBody } from '../http/body';
import { conflict } from '../http/problem';
import { eventStream } from '../http/sse';
import type { Services } from '../services';
import type { Session } from '../store';
import { findSession } from './agents';

/** `/debug`: stopping a session's runs, and looking into what they recorded. */
export function debugRoutes(services: Services): Hono {
  const { store, debuggers } = services;
  return new Hono()
    .get('/debug/:id', async (c) => {
      const { id } = await findSession(services, c.req.param('id'));
      const points = await store.debug.points(id);
      const recording: DebugRecording = {
        attached: debuggers.of(id) !== undefined,
        points,
        truncated: points.length >= mostPoints,
        sources: await store.debug.sources(id),
      };
      return c.json(recording);
    })
    .post('/debug/:id/attach', async (c) => {
      const request = await readBody(c, DebugAttach);
      const { id } = await findSession(services, c.req.param('id'));
      const attached = await debuggers.attach(id, request);
      return eventStream(attached.events, () => debuggers.detach(attached));
    })
    .put('/debug/:id/breakpoints', async (c) => {
      const breakpoints = await readBody(c, DebugBreakpoints);
      attachedTo(services, await findSession(services, c.req.param('id'))).breakpoints = breakpoints;
      return c.body(null, 204);
    })
    .post('/debug/:id/command', async (c) => {
      const command = await readBody(c, DebugCommand);
      attachedTo(services, await findSession(services, c.req.param('id'))).command(command);
      return c.body(null, 204);
    })
    .post('/debug/:id/evaluate', async (c) => {
      const request = await readBody(c, DebugEvaluate);
      const session = await findSession(services, c.req.param('id'));
      return c.json(await evaluate(services, session, request, c.req.raw.signal));
    });
}

function attachedTo({ debuggers }: Services, { id }: Session): Debugger {
  const attached = debuggers.of(id);
  if (!attached) throw conflict('No debugger is attached to this session.');
  return attached;
}

/** In the script that stands still when the moment is now, else in a sandbox that is as it was then. */
async function evaluate(services: Services, session: Session, request: DebugEvaluate, signal: AbortSignal) {
  const { store, debuggers, sandboxes } = services;
  const { point, expression } = request;
  const live = debuggers.of(session.id);
  const points = await store.debug.points(session.id);
  if (live && point !== undefined && live.standsAt(point)) {
    const depth = request.depth ?? points.find(({ n }) => n === point)?.depth ?? 1;
    return await live.evaluate(expression, depth);
  }
  const steps = await store.steps.list(session.id);
  const { loaded } = await sourceOf(services, session);
  const skillNames = new Map((loaded?.agent.skills ?? []).map(({ path, name }) => [path, name]));
  const sources = await store.debug.sources(session.id);
  const moment = { steps, points, sources, skillNames, primitives: primitives.map(({ name }) => name) };
  return await evaluateAt(sandboxes, moment, request, signal);
}
