import type { ModelMessage as SdkMessage } from 'ai';
import { ModelError } from './errors';
import { brokenOff, explainModelError } from './explain';
import type { Connection, Provider } from './providers';
import type { ModelChunk, ModelMessage, ModelRequest, ModelSettings } from './types';

/** How long a silent provider is waited for, in milliseconds. */
export interface Patience {
  /** Until the first text: a model that reasons may take its time. */
  first: number;
  /** Between two pieces of text. */
  between: number;
}

const defaultPatience: Patience = { first: 180_000, between: 60_000 };
/** Asks a model over the network. @throws {ModelError} or the signal's reason. */
export async function* askModel(
  request: ModelRequest,
  provider: Provider,
  name: string,
  connection: Connection,
  patience?: Partial<Patience>,
): AsyncGenerator<ModelChunk> {
  const { first, between } = { ...defaultPatience, ...patience };
  const silence = new Silence(provider.label);
  const signal = AbortSignal.any([request.signal, silence.signal]);
  try {
    request.signal.throwIfAborted();
    const { streamText } = await import('./sdk');
    silence.expect(first);
    const { stream } = streamText({
      model: await provider.load(name, connection),
      system: request.system,
      messages: request.messages.map(toSdk),
      ...toSdkSettings(request.settings),
      abortSignal: signal,
      maxRetries: provider.retries,
      // The error arrives in the stream as well; the default would print it to stdout.
      onError: () => {},
    });
    let ended = false;
    for await (const part of stream) {
      silence.expect(between);
      if (part.type === 'text-delta') yield { type: 'text', text: part.text };
      else if (part.type === 'error') throw part.error;
      else if (part.type === 'abort') signal.throwIfAborted();
      else if (part.type === 'finish') {
        ended = true;
        const { inputTokens = 0, outputTokens = 0 } = part.totalUsage;
        yield { type: 'usage', prompt: inputTokens, completion: outputTokens };
        checkFinish(part.finishReason, part.rawFinishReason, provider);
      }
    }
    if (!ended) throw brokenOff(provider);
  } catch (error) {
    request.signal.throwIfAborted();
    if (silence.signal.aborted) throw silence.signal.reason;
    throw explainModelError(error, provider, name, connection);
  } finally {
    silence.end();
  }
}

function checkFinish(reason: string, raw: string | undefined, provider: Provider): void {
  if (reason === 'length') {
    throw new ModelError(
      `${provider.label} stopped in the middle: the answer reached the model's limit of output. Ask for less at a time.`,
      'length',
      false,
    );
  }
  if (reason === 'content-filter') {
    throw new ModelError(
      `${provider.label} refused to answer: its content filter stepped in.`,
      'refused',
      false,
    );
  }
  // A provider that ends an answer says why, if only "stop"; without a reason the connection was cut.
  if (raw === undefined && reason !== 'stop') throw brokenOff(provider);
}

function toSdkSettings({ maxTokens, stop, ...settings }: ModelSettings = {}) {
  return { ...settings, maxOutputTokens: maxTokens, stopSequences: stop };
}

/** The result of a block goes back as the person's next message: our blocks are no tools of the provider's. */
function toSdk({ role, content }: ModelMessage): SdkMessage {
  if (role === 'tool') return { role: 'user', content: `Result of the block:\n\n${content}` };
  return { role, content };
}

/** A timer that starts anew with every sign of life. */
class Silence {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  readonly signal = this.#controller.signal;

  constructor(readonly label: string) {}

  expect(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const message = `${this.label} said nothing for ${Math.round(ms / 1000)} s, so the request was given up. Try again.`;
      this.#controller.abort(new ModelError(message, 'timeout', true));
    }, ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
