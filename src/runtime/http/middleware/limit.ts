import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { apiBase, errorCodes } from '../../../protocol';
import { Problem } from '../problem';

/** Largest body, in bytes. A manifest carries a project's text files; what is larger is not source. */
export const largestBody = 16 * 1024 * 1024;

/** What a form adds to the file that it carries, at most. */
const formBytes = 256 * 1024;

const uploadPath = new RegExp(`^${apiBase}/indexes/[^/]+/documents$`);

/** The most bytes of a request's body. */
export interface BodyLimits {
  /** Of any request but an upload. */
  body: number;
  /** Of an uploaded document, without the form around it. */
  file: number;
}

/** Refuses a body that is too large, whether or not the request says its length. */
export function sizeLimit({ body, file }: BodyLimits): MiddlewareHandler {
  const plain = limit(body, `The body is larger than ${Math.floor(body / 1024)} kB.`);
  const upload = limit(
    file + formBytes,
    `The file is larger than ${Math.floor(file / 1024 / 1024)} MB; start the runtime with TAVORA_MAX_FILE_MB to take more.`,
  );
  return (c, next) => (uploadPath.test(c.req.path) ? upload : plain)(c, next);
}

function limit(maxSize: number, message: string): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem(413, errorCodes.tooLarge, message, { limit: maxSize });
    },
  });
}
