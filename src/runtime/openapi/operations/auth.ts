import { SessionToken, SessionTokenRequest } from '../../../protocol';
import type { Operation } from '../operation';

export const auth: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/auth/session-token',
    family: 'Keys',
    summary: 'Get a key of 8 hours',
    description:
      'For a browser, which must not hold the project’s own key. The hosted platform takes a person’s JWT; this ' +
      'runtime takes any key of the project.',
    body: SessionTokenRequest,
    response: SessionToken,
    status: 201,
    errors: [404],
    audit: 'session_token.create',
    outside: true,
    security: 'key-or-bearer',
  },
];
