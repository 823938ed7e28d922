import assert from 'node:assert/strict';
import {
  type ModelChunk,
  ModelError,
  type ModelRequest,
  type ModelRouter,
} from '../../../src/runtime/models';
import type { Settings } from '../../../src/runtime/models/providers';
import { noSecrets } from '../../../src/runtime/vault';

export function request(model: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model,
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'Hello' }],
    context: { persona: '', skills: [] },
    signal: new AbortController().signal,
    ...more,
  };
}

/** Reads a stream to its end. */
export async function read(
  stream: AsyncIterable<ModelChunk>,
): Promise<{ text: string; chunks: number; usage: number[] }> {
  let text = '';
  let chunks = 0;
  let usage: number[] = [];
  for await (const chunk of stream) {
    if (chunk.type === 'usage') usage = [chunk.prompt, chunk.completion];
    else {
      text += chunk.text;
      chunks += 1;
    }
  }
  return { text, chunks, usage };
}

/** @returns the ModelError that asking ends in. */
export async function failure(router: ModelRouter, asked: ModelRequest): Promise<ModelError> {
  try {
    const { text } = await read(router.stream(asked));
    assert.fail(`it answered ${JSON.stringify(text)}`);
  } catch (error) {
    assert.ok(error instanceof ModelError, String(error));
    return error;
  }
}

/** What a router reads with these variables and no vault. */
export function withEnv(env: Record<string, string>): Settings {
  return { secrets: noSecrets, env };
}
