import { randomBytes } from 'node:crypto';
import type * as vscode from 'vscode';

/**
 * The key that the embedded runtime seals secrets with. It is made once for each data folder and kept in the
 * editor's secret storage, apart from the database that it opens: a copy of the folder alone opens nothing.
 */
export class VaultKey {
  constructor(
    private readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store'>,
    private readonly dataFolder: string,
  ) {}

  /** @returns 32 random bytes in base64. @throws what the secret storage throws. */
  async get(): Promise<string> {
    const name = `tavora.vault-key:${this.dataFolder}`;
    const kept = await this.secrets.get(name);
    if (kept !== undefined) {
      return kept;
    }
    const made = randomBytes(32).toString('base64');
    await this.secrets.store(name, made);
    return made;
  }
}
