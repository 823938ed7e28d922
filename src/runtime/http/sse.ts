import type { RunEvent } from '../../protocol';

/** How often a silent stream says that it lives. Clients and proxies give up after 30 s or more. */
const keepAliveMs = 15_000;

const encoder = new TextEncoder();

/** @returns one frame of the wire: the type, one line of JSON, an empty line. */
export function frame(event: RunEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Streams the events of a run; see `frameStream`. */
export function eventStream(events: AsyncIterable<RunEvent>, gone: () => void): Response {
  return frameStream(framed(events), gone);
}

async function* framed(events: AsyncIterable<RunEvent>): AsyncGenerator<string> {
  for await (const event of events) yield frame(event);
}

/**
 * Streams frames as server-sent events. Ends with the iteration; `gone` is called when the client goes away first.
 *
 * @param frames must not throw: what goes wrong is itself an event.
 */
export function frameStream(frames: AsyncIterable<string>, gone: () => void): Response {
  let keepAlive: NodeJS.Timeout | undefined;
  let open = true;
  const body = new ReadableStream<Uint8Array>({
    async start(stream) {
      let text = '';
      let flushing: NodeJS.Immediate | undefined;
      const flush = () => {
        clearImmediate(flushing);
        flushing = undefined;
        // A client that has gone closes the stream; the run still ends in its own time.
        if (open && text) stream.enqueue(encoder.encode(text));
        text = '';
      };
      // What is said at one moment leaves in one piece: each piece costs a system call.
      const send = (more: string) => {
        text += more;
        flushing ??= setImmediate(flush);
      };
      // At once, so that the headers leave before the first event.
      send(': open\n\n');
      flush();
      keepAlive = setInterval(() => send(': ping\n\n'), keepAliveMs);
      try {
        for await (const one of frames) send(one);
        flush();
        if (open) stream.close();
      } catch (error) {
        stream.error(error);
      } finally {
        clearInterval(keepAlive);
      }
    },
    cancel() {
      open = false;
      clearInterval(keepAlive);
      gone();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}
