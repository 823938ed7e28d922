import {
  DebugAnswer,
  DebugAttach,
  DebugBreakpoints,
  DebugCommand,
  DebugEvaluate,
  DebugRecording,
  RunEvent,
} from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Debugging';

export const debug: readonly Operation[] = [
  {
    method: 'get',
    path: '/debug/{id}',
    family,
    summary: 'Read where the runs of a session have been',
    description:
      'An addition of this runtime. Lines and names of the runs that a debugger was attached to, and the sources ' +
      'they read.',
    response: DebugRecording,
    status: 200,
    errors: [404],
  },
  {
    method: 'post',
    path: '/debug/{id}/attach',
    family,
    summary: 'Attach a debugger to a session',
    description:
      'An addition of this runtime. As long as the stream is open, runs of the session tell of every step and ' +
      'line, and stand still where the breakpoints say: `debug_run`, `debug_step`, `debug_sources`, ' +
      '`debug_points`, `debug_output`, `debug_stopped`, `debug_continued`. Closing it lets the run go on by itself.',
    body: DebugAttach,
    event: RunEvent,
    responseTypes: ['text/event-stream'],
    status: 200,
    errors: [404, 409],
  },
  {
    method: 'put',
    path: '/debug/{id}/breakpoints',
    family,
    summary: 'Change what the attached debugger stops at',
    description: 'An addition of this runtime.',
    body: DebugBreakpoints,
    status: 204,
    errors: [404, 409],
  },
  {
    method: 'post',
    path: '/debug/{id}/command',
    family,
    summary: 'Step, go on, or pause',
    description:
      'An addition of this runtime. `in`, `over`, `out` and `continue` are for a run that stands still, `pause` ' +
      'for one that does not.',
    body: DebugCommand,
    status: 204,
    errors: [404, 409],
  },
  {
    method: 'post',
    path: '/debug/{id}/evaluate',
    family,
    summary: 'Evaluate an expression as of one moment of a session',
    description:
      'An addition of this runtime. In the script that stands still, or in a sandbox with the names and the `data` ' +
      'that were recorded. No primitive is called: in a recorded moment one gives the answer it gave then.',
    body: DebugEvaluate,
    response: DebugAnswer,
    status: 200,
    errors: [404, 409],
  },
];
