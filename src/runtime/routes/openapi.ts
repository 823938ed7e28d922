import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { version } from '../../../package.json';
import { openApiDocument } from '../openapi/document';
import { operations } from '../openapi/operations';
import { referencePage } from '../openapi/page';

/**
 * What the API is, for tools and for people. Both need no key: they say nothing that the source of the runtime
 * does not, and a browser can open a page but not send a header with it.
 */
export function openApiRoutes(): Hono {
  let made: ReturnType<typeof openApiDocument> | undefined;
  const document = () => {
    made ??= openApiDocument(operations, version);
    return made;
  };
  return new Hono()
    .get('/openapi.json', (c) => c.json(document()))
    .get('/docs', (c) => {
      const nonce = randomBytes(16).toString('base64');
      return c.html(referencePage(document(), nonce), 200, {
        'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    });
}
