import { ModelError } from '../../../src/runtime/models';
import type { ModelChunk, ModelRequest, ModelRouter } from '../../../src/runtime/models/types';

/** A model whose replies a test writes: each request takes the next one, and is kept to be looked at. */
export class ScriptedModel implements ModelRouter {
  readonly requests: ModelRequest[] = [];
  #always: ((request: ModelRequest) => Promise<string>) | undefined;
  #replies: (string | ((request: ModelRequest) => Promise<string>))[] = [];

  says(...replies: (string | ((request: ModelRequest) => Promise<string>))[]): void {
    this.#replies.push(...replies);
  }

  /** Answers every request for which no reply was written. */
  always(reply: (request: ModelRequest) => Promise<string>): void {
    this.#always = reply;
  }

  /** How many replies nobody has asked for yet. */
  get left(): number {
    return this.#replies.length;
  }

  list() {
    return [{ id: 'test/scripted', label: 'Scripted', offline: false }];
  }

  resolve(model: string) {
    if (model && model !== 'test/scripted') {
      throw new ModelError(`The model "${model}" is not configured.`, 'not_configured', false);
    }
    return { id: 'test/scripted', provider: 'test' };
  }

  async *stream(request: ModelRequest): AsyncIterable<ModelChunk> {
    this.requests.push({ ...request, messages: [...request.messages] });
    const reply = this.#replies.shift() ?? this.#always;
    if (reply === undefined) throw new Error('The test wrote no reply for this request.');
    const text = typeof reply === 'string' ? reply : await reply(request);
    yield { type: 'text', text };
    yield { type: 'usage', prompt: 10, completion: 5 };
  }
}
