import {
  AgentSession,
  CreateSession,
  EventsQuery,
  InputAccepted,
  InputAnswer,
  RunEvent,
  RunRequest,
  SessionList,
  SessionQuery,
  SessionWithSteps,
  SystemPrompt,
  UpdateSession,
} from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Agent sessions';

export const agents: readonly Operation[] = [
  {
    method: 'get',
    path: '/agents/system-prompt',
    family,
    summary: 'The prompt of a session without an agent',
    response: SystemPrompt,
    status: 200,
    errors: [],
  },
  {
    method: 'post',
    path: '/agents',
    family,
    summary: 'Create a session',
    description:
      '`target` says which source of the agent the runs use: `live`, or the newest `draft`. `index_ids` left out ' +
      'means every index of the project, `[]` means none.',
    body: CreateSession,
    response: AgentSession,
    status: 201,
    errors: [404, 409],
    audit: 'session.create',
  },
  {
    method: 'get',
    path: '/agents',
    family,
    summary: 'List sessions, newest first',
    description: 'The filter `status` is an addition of this runtime.',
    query: SessionQuery,
    response: SessionList,
    status: 200,
    errors: [],
  },
  {
    method: 'get',
    path: '/agents/{id}',
    family,
    summary: 'Read a session with its steps',
    response: SessionWithSteps,
    status: 200,
    errors: [404],
  },
  {
    method: 'patch',
    path: '/agents/{id}',
    family,
    summary: 'Rename a session',
    description: 'An addition of this runtime.',
    body: UpdateSession,
    response: AgentSession,
    status: 200,
    errors: [404],
    audit: 'session.rename',
  },
  {
    method: 'delete',
    path: '/agents/{id}',
    family,
    summary: 'Delete a session',
    description: 'A run that is under way is stopped first.',
    status: 204,
    errors: [404],
    audit: 'session.delete',
  },
  {
    method: 'post',
    path: '/agents/{id}/run',
    family,
    summary: 'Run a message',
    description:
      'Streams what happens as server-sent events: `event: <type>`, `data: <one line of JSON>`, an empty line. ' +
      'The stream ends after `done` or `error`; comments keep it alive. Closing it leaves the run: it goes on for ' +
      'some minutes, in which it can be followed again, and is cancelled then.',
    body: RunRequest,
    event: RunEvent,
    responseTypes: ['text/event-stream'],
    status: 200,
    errors: [404, 409, 502],
    audit: 'session.run',
  },
  {
    method: 'get',
    path: '/agents/{id}/events',
    family,
    summary: 'Follow a run again',
    description:
      'An addition of this runtime. Streams the steps after `after`, then what the run says, each once, to its end; ' +
      'where no run is under way, how the last one ended follows the steps. Any number may follow; closing the ' +
      'stream leaves the run as it is.',
    query: EventsQuery,
    event: RunEvent,
    responseTypes: ['text/event-stream'],
    status: 200,
    errors: [404],
  },
  {
    method: 'post',
    path: '/agents/{id}/stop',
    family,
    summary: 'Stop a run',
    description:
      'An addition of this runtime. Answers when the run has put down its end; a session without one stays as it is.',
    response: AgentSession,
    status: 200,
    errors: [404],
    audit: 'session.stop',
  },
  {
    method: 'post',
    path: '/agents/{id}/input',
    family,
    summary: 'Answer what a run asks',
    description:
      'For an `input_request` of the stream: a truth value, one of its options, or text, as its `input_type` says.',
    body: InputAnswer,
    response: InputAccepted,
    status: 200,
    errors: [404, 409],
    audit: 'session.input',
  },
];
