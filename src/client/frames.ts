import { createParser } from 'eventsource-parser';
import { RunEvent } from '../protocol';

/** Bytes of a run's stream in, events out, wherever the bytes are cut. */
export class FrameParser {
  readonly #decoder = new TextDecoder();
  readonly #parser;
  #events: RunEvent[] = [];
  #overflow = false;
  #pinged = false;

  /** @param maxChars the largest single frame, in UTF-16 units */
  constructor(maxChars: number) {
    this.#parser = createParser({
      maxBufferSize: maxChars,
      onEvent: ({ event, data }) => this.#events.push(toEvent(event, data)),
      onComment: () => {
        this.#pinged = true;
      },
      onError: (error) => {
        // The other kinds concern fields that the format tells a reader to ignore.
        if (error.type === 'max-buffer-size-exceeded') this.#overflow = true;
      },
    });
  }

  /** True once a frame grew beyond the limit; nothing may be fed after that. */
  get overflow(): boolean {
    return this.#overflow;
  }

  /** True once the server has sent a comment, as it does to show that it is there. */
  get pinged(): boolean {
    return this.#pinged;
  }

  /** The events that these bytes complete. */
  feed(bytes: Uint8Array): RunEvent[] {
    this.#events = [];
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    return this.#events;
  }
}

/** A frame that cannot be read becomes an opaque event, so that one bad frame does not lose the rest of a run. */
function toEvent(name: string | undefined, data: string): RunEvent {
  if (name && !data.trim()) return { type: name };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { type: 'malformed', content: data };
  }
  const named = name && isObject(value) && !('type' in value) ? { ...value, type: name } : value;
  const parsed = RunEvent.safeParse(named);
  return parsed.success ? parsed.data : { type: 'malformed', content: data };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
