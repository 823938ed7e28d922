import { Analysis, AnalyzeRequest, ReplayRequest, RunEvent, Trace } from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Studio';

export const studio: readonly Operation[] = [
  {
    method: 'get',
    path: '/studio/{id}',
    family,
    summary: 'Read the trace of a session',
    response: Trace,
    status: 200,
    errors: [404],
  },
  {
    method: 'post',
    path: '/studio/{id}/replay',
    family,
    summary: 'Replay a session from a step',
    description:
      'Makes a new session from the steps before `from_step` and goes on from there. The first event is ' +
      '`replay_started` with the id of the new session; the others are those of a run.',
    body: ReplayRequest,
    event: RunEvent,
    responseTypes: ['text/event-stream'],
    status: 200,
    errors: [404, 409, 502],
    audit: 'session.replay',
  },
  {
    method: 'post',
    path: '/studio/{id}/analyze',
    family,
    summary: 'Ask why a session failed',
    body: AnalyzeRequest,
    response: Analysis,
    status: 200,
    errors: [404, 502],
  },
];
