import type * as vscode from 'vscode';

/**
 * API keys in the editor's secret storage. A key is stored under the origin it was given for and can only be
 * asked for by that origin, so that it cannot be sent to another.
 */
export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async get(origin: string): Promise<string | undefined> {
    return await this.secrets.get(name(origin));
  }

  async set(origin: string, key: string): Promise<void> {
    await this.secrets.store(name(origin), key);
  }

  async remove(origin: string): Promise<void> {
    await this.secrets.delete(name(origin));
  }
}

function name(origin: string): string {
  return `tavora.key:${new URL(origin).origin}`;
}

/** @returns what is wrong with text given as a key, or undefined. */
export function keyProblem(text: string): string | undefined {
  const key = text.trim();
  if (key === '') {
    return 'Paste the API key of the project on that server; it begins with tvr_.';
  }
  return /^[\x21-\x7e]+$/.test(key) ? undefined : 'A key has no spaces and only plain characters.';
}
