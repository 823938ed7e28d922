import { ModelError } from '../../../src/runtime/models';
import type { ModelChunk, ModelRequest, ModelRouter } from '../../../src/runtime/models/types';

type Script = (request: ModelRequest) => AsyncIterable<ModelChunk>;

/** A model whose answer a test writes piece by piece; it keeps what it was asked, and how that was stopped. */
export class TalkingModel implements ModelRouter {
  readonly requests: ModelRequest[] = [];
  #script: Script = async function* () {};

  /** Says these texts one after the other, then what it spent. */
  says(texts: readonly string[], spent: { prompt: number; completion: number } | undefined = usual): void {
    this.does(async function* () {
      for (const text of texts) yield { type: 'text', text };
      if (spent) yield { type: 'usage', ...spent };
    });
  }

  does(script: Script): void {
    this.#script = script;
    this.requests.length = 0;
  }

  /** The last request. */
  get asked(): ModelRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('The model was not asked.');
    return request;
  }

  list() {
    return [{ id: 'test/talking', label: 'Talking', offline: false }];
  }

  resolve(model: string) {
    if (model && model !== 'test/talking') {
      throw new ModelError(`The model "${model}" names no provider.`, 'unknown_provider', false);
    }
    return { id: 'test/talking', provider: 'test' };
  }

  stream(request: ModelRequest): AsyncIterable<ModelChunk> {
    this.requests.push(request);
    return this.#script(request);
  }
}

const usual = { prompt: 21, completion: 9 };

/** Settles when the request is stopped. */
export function stopped({ signal }: ModelRequest): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
