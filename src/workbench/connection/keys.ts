import type * as vscode from 'vscode';

/**
 * API keys in the editor's secret storage. A key is stored under the origin it was given for and can only be
 * asked for by that origin, so that it cannot be sent to another. A server of several projects has one key each.
 */
export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async get(origin: string, project?: string): Promise<string | undefined> {
    return await this.secrets.get(name(origin, project));
  }

  async set(origin: string, key: string, project?: string): Promise<void> {
    await this.secrets.store(name(origin, project), key);
  }

  async remove(origin: string, project?: string): Promise<void> {
    await this.secrets.delete(name(origin, project));
  }
}

/** No origin holds a `#`, so that a project's name cannot make one origin look like another. */
function name(origin: string, project: string | undefined): string {
  return `tavora.key:${new URL(origin).origin}${project ? `#${project}` : ''}`;
}

/** @returns what is wrong with text given as a key, or undefined. */
export function keyProblem(text: string): string | undefined {
  const key = text.trim();
  if (key === '') {
    return 'Paste the API key of the project on that server; it begins with tvr_.';
  }
  return /^[\x21-\x7e]+$/.test(key) ? undefined : 'A key has no spaces and only plain characters.';
}
