import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errorCodes } from '../../../protocol';
import { Problem } from '../problem';

/** Largest body, in bytes. A manifest carries a project's text files; what is larger is not source. */
export const largestBody = 16 * 1024 * 1024;

/** Refuses a body over `maxSize` bytes, whether or not the request says its length. */
export function sizeLimit(maxSize: number = largestBody): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      const most = `${Math.floor(maxSize / 1024)} kB`;
      throw new Problem(413, errorCodes.tooLarge, `The body is larger than ${most}.`, { limit: maxSize });
    },
  });
}
