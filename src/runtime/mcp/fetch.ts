import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { publicLookup } from '../net/addresses';

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface ServerFetch {
  fetch: Fetch;
  /** Ends its connections. */
  close(): void;
}

/** The most bytes of one answer; a stream of events counts as one. */
const largestAnswer = 32 * 1024 * 1024;
/** Statuses whose answers have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A fetch for one MCP server. Unlike Node's own it keeps its connections to itself, checks addresses where the
 * connection is made, bounds answers, and follows no redirect: the SDK does that, within the server's origin.
 */
export function serverFetch(publicOnly: boolean): ServerFetch {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  return {
    fetch: (address, init = {}) => {
      const url = new URL(address);
      const secure = url.protocol === 'https:';
      return new Promise((resolve, reject) => {
        const open = secure ? httpsRequest : httpRequest;
        const outgoing = open(url, {
          method: init.method ?? 'GET',
          headers: { ...Object.fromEntries(new Headers(init.headers)), 'accept-encoding': 'identity' },
          agent: secure ? agents.https : agents.http,
          ...(init.signal ? { signal: init.signal } : {}),
          ...(publicOnly ? { lookup: publicLookup } : {}),
        });
        outgoing.once('error', reject);
        outgoing.once('response', (answer) => {
          try {
            resolve(toResponse(answer));
          } catch (error) {
            answer.destroy();
            reject(error);
          }
        });
        outgoing.end(typeof init.body === 'string' ? init.body : undefined);
      });
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function toResponse(answer: IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText, headersDistinct } = answer;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (!bodiless.has(status)) {
    return new Response(streamOf(answer), { status, statusText, headers });
  }
  answer.resume();
  return new Response(null, { status, statusText, headers });
}

function streamOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  const parts = answer[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let size = 0;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) {
        controller.close();
        return;
      }
      size += value.byteLength;
      if (size > largestAnswer)
        throw new Error(`The answer is larger than ${largestAnswer / 1024 / 1024} MB.`);
      controller.enqueue(value);
    },
    cancel() {
      answer.destroy();
    },
  });
}
