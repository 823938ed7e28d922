import { ModelList } from '../../../protocol';
import type { Operation } from '../operation';

export const models: readonly Operation[] = [
  {
    method: 'get',
    path: '/models',
    family: 'Chat',
    summary: 'List the models that agents may name',
    description:
      'An addition of this runtime, in the form of OpenAI’s list. Providers that are set up are asked what they have; ' +
      'one that does not tell is left out.',
    response: ModelList,
    status: 200,
    errors: [],
    security: 'key-or-bearer',
  },
];
