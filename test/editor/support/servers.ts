import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';

/** Makes a server known, with its key, and works on it from now on. */
export async function workOn(
  api: TestApi,
  label: string,
  server: { url: string; apiKey?: string },
): Promise<void> {
  const id = label.toLowerCase();
  await api.connection.profiles.save({ id, label, url: server.url });
  await api.connection.keys.set(server.url, server.apiKey ?? `tvr_${id}`);
  await api.connection.choose(id);
}

/**
 * Goes back to the embedded runtime and forgets every other server.
 * @param server whose key is forgotten too
 */
export async function forgetServers(api: TestApi, server?: { url: string }): Promise<void> {
  await api.connection.choose('embedded');
  if (server) {
    await api.connection.keys.remove(server.url);
  }
  await vscode.workspace
    .getConfiguration('tavora')
    .update('servers', undefined, vscode.ConfigurationTarget.Global);
}
