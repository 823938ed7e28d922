import {
  AgentSession,
  CreateSession,
  InputAccepted,
  InputAnswer,
  PageQuery,
  RunEvent,
  RunRequest,
  SessionList,
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
  },
  {
    method: 'get',
    path: '/agents',
    family,
    summary: 'List sessions, newest first',
    query: PageQuery,
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
  },
  {
    method: 'delete',
    path: '/agents/{id}',
    family,
    summary: 'Delete a session',
    description: 'A run that is under way is stopped first.',
    status: 204,
    errors: [404],
  },
  {
    method: 'post',
    path: '/agents/{id}/run',
    family,
    summary: 'Run a message',
    description:
      'Streams what happens as server-sent events: `event: <type>`, `data: <one line of JSON>`, an empty line. ' +
      'The stream ends after `done` or `error`; comments keep it alive. Closing it cancels the run.',
    body: RunRequest,
    event: RunEvent,
    responseTypes: ['text/event-stream'],
    status: 200,
    errors: [404, 409, 502],
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
  },
];
