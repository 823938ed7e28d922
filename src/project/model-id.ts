/** Prefixes of names that people write without their provider. */
const families: readonly [pattern: RegExp, provider: string][] = [
  [/^(?:gpt-|chatgpt-|o\d(?:-|$)|ft:gpt-)/i, 'openai'],
  [/^claude-/i, 'anthropic'],
  [/^gemini-/i, 'google'],
  [/^[\w.-]+:[\w.-]+$/, 'ollama'],
];
const aliases: Readonly<Record<string, string>> = {
  gemini: 'google',
  lmstudio: 'compatible',
  vllm: 'compatible',
  'openai-compatible': 'compatible',
};

/** @returns provider and name of a model as people write it: "openai/gpt-5", "gemini/…", "claude-…", "qwen3:8b". */
export function readModelId(model: string): { provider: string | undefined; name: string } {
  const [head = '', ...rest] = model.trim().split('/');
  if (rest.length > 0) {
    const id = head.toLowerCase();
    return { provider: aliases[id] ?? id, name: rest.join('/') };
  }
  return { provider: families.find(([pattern]) => pattern.test(head))?.[1], name: head };
}
