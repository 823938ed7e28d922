import * as vscode from 'vscode';
import type { Connection, ServerInfo } from '../../connection';
import { runCommand } from '../../shared/commands';
import { PoliteError } from '../../shared/errors';
import type { LiveVersion } from '../preview/drift';
import { versionName } from '../preview/summary';

/**
 * Asks from which environment to which a promotion goes; the next one of the list comes first.
 * @throws PoliteError when there is only one; CancellationError when the person leaves.
 */
export async function askEnvironments(connection: Connection): Promise<{ from: ServerInfo; to: ServerInfo }> {
  const { servers, state } = connection;
  if (servers.length < 2) {
    throw new PoliteError('There is only one environment. Add another one to promote to.', [
      { label: 'Add Environment…', run: () => runCommand('tavora.addEnvironment') },
    ]);
  }
  const current = servers.filter(({ id }) => id === state.server.id);
  const others = servers.filter(({ id }) => id !== state.server.id);
  const from = await pick([...current, ...others], 'Promote: from which environment?');
  const index = servers.findIndex(({ id }) => id === from.id);
  const targets = [...servers.slice(index + 1), ...servers.slice(0, index)];
  return { from, to: await pick(targets, `Promote from ${from.label}: to which environment?`) };
}

/**
 * Asks which version of an agent is meant, the live one first; one alone is no question.
 * @throws CancellationError when the person leaves.
 */
export async function askVersion(
  agentId: string,
  versions: readonly LiveVersion[],
  live: LiveVersion | undefined,
): Promise<LiveVersion> {
  const isLive = ({ versionId }: LiveVersion) => versionId === live?.versionId;
  const items = [...versions.filter(isLive), ...versions.filter((one) => !isLive(one))].map((version) => ({
    label: versionName(version.semver),
    description: isLive(version) ? 'live' : version.at && new Date(version.at).toLocaleString(),
    version,
  }));
  const picked =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: `Promote ${agentId}: which version?` });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.version;
}

async function pick(servers: readonly ServerInfo[], title: string): Promise<ServerInfo> {
  const items = servers.map((server) => ({
    label: server.label,
    description: [
      server.embedded ? 'on this machine' : server.origin,
      ...(server.environment ? [`environment ${server.environment}`] : []),
      ...(server.production ? ['production'] : []),
    ].join(' · '),
    server,
  }));
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.server;
}
