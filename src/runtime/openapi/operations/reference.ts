import { JsonObject } from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Reference';

export const reference: readonly Operation[] = [
  {
    method: 'get',
    path: '/openapi.json',
    family,
    summary: 'This API as an OpenAPI document',
    response: JsonObject,
    status: 200,
    errors: [],
    security: 'none',
  },
  {
    method: 'get',
    path: '/docs',
    family,
    summary: 'This API as a page',
    responseTypes: ['text/html'],
    status: 200,
    errors: [],
    security: 'none',
  },
];
