import * as vscode from 'vscode';
import type { TavoraClient } from '../../../client';
import type { ReceivedSource } from '../../../project/merge';
import { abortSignal, PoliteError } from '../../shared/errors';
import { askFolder, openFolder } from '../../shared/folders';
import { serverKey } from '../records';
import type { DeliveryServices } from '../services';
import { keepOutcome, tellOutcome } from './after-open';
import { fetchSource, lackingText } from './fetch';

/** Where the configs of agents are found unless tavora.jsonc says otherwise. */
const usualPlace = /^agents\/[^/]+\/agent\.jsonc$/;

/** What a repository may have before it has anything: no reason not to begin in it. */
const harmless = new Set(['.git', '.gitignore', '.gitattributes', '.DS_Store']);

/**
 * Brings a project of the server into an empty folder, and opens it.
 * @throws PoliteError with a sentence; CancellationError when the person leaves.
 */
export async function bringProject(tools: DeliveryServices): Promise<void> {
  const { connection, workspaces, log } = tools;
  const { name, source } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Asking for projects', cancellable: true },
    (_, token) => choose(tools, token),
  );
  const parent = await askFolder(`Where should ${name} go? The folder must be empty.`, 'Pull Here');
  await assertEmpty(parent);
  const folder = vscode.Uri.joinPath(parent, 'tavora');
  await writeProject(folder, name, source);
  const { label } = connection.state.server;
  const lacking = lackingText(
    source,
    label,
    'agent.jsonc is made of what it tells, and other files are not known',
  );
  const count = source.files.size === 1 ? '1 file' : `${source.files.size} files`;
  log.info(`Pulled ${name} from ${label} into ${folder.toString(true)}: ${count}.`);
  const outcome = {
    message: [`Pulled ${name} from ${label}: ${count}.`, lacking].filter(Boolean).join(' '),
    warning: lacking !== '',
  };
  const isHere = vscode.workspace.getWorkspaceFolder(parent) !== undefined;
  if (!isHere) {
    await keepOutcome(tools.context.globalState, parent, outcome);
  }
  await openFolder(workspaces, parent);
  if (isHere) {
    // What was written is what the server has: its draft, and what is live.
    await tools.drafts.refresh();
    tellOutcome(outcome);
  }
}

async function choose(
  { connection, drafts, archive }: DeliveryServices,
  token: vscode.CancellationToken,
): Promise<{ name: string; source: ReceivedSource }> {
  const { signal, end } = abortSignal(token);
  try {
    const client = await connection.client(signal);
    const { server } = connection.state;
    const { label, environment } = server;
    const name = await askProject(client, label, environment, signal);
    const remains = {
      client,
      scope: { project: name, ...(environment ? { environment } : {}) },
      archive,
      server: serverKey(server),
      known: drafts.recordsAt(server, name),
      here: () => undefined,
    };
    return { name, source: await fetchSource(remains, label, signal) };
  } finally {
    end();
  }
}

async function askProject(
  client: TavoraClient,
  label: string,
  environment: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const configs = await client.configs.list({ signal });
  const names = new Map<string, string[]>();
  for (const {
    code_first_project: project,
    code_first_environment: said,
    code_first_local_id: id,
  } of configs) {
    if (project && id && (typeof said !== 'string' || said === (environment ?? ''))) {
      names.set(project, [...(names.get(project) ?? []), id]);
    }
  }
  if (names.size === 0) {
    throw new PoliteError(
      `${label} has no project whose agents were synced as files, so there is nothing to pull.`,
    );
  }
  const items = [...names].map(([project, ids]) => ({ label: project, description: ids.sort().join(', ') }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Pull from ${label}`,
    placeHolder: 'Which project?',
  });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.label;
}

async function assertEmpty(folder: vscode.Uri): Promise<void> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const found = entries.find(([name]) => !harmless.has(name));
  if (found) {
    throw new PoliteError(
      `Nothing was pulled: ${folder.fsPath} has ${found[0]}${entries.length > 1 ? ' and more' : ''} in it. Choose an empty folder, or open the project that is there and pull into it.`,
    );
  }
}

async function writeProject(
  folder: vscode.Uri,
  name: string,
  { agents, files }: ReceivedSource,
): Promise<void> {
  const encoder = new TextEncoder();
  const write = (path: string, text: string) =>
    vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, ...path.split('/')), encoder.encode(text));
  for (const [path, text] of files) {
    await write(path, text);
  }
  await write('.gitignore', '.runs/\n.env.local\n');
  // Last, so that a project is found once it is whole.
  await write('tavora.jsonc', projectConfig(name, agents));
}

/** The settings of a project are never sent to a server; they name its agents' configs as far as they must. */
function projectConfig(name: string, agents: ReceivedSource['agents']): string {
  const configs = agents.flatMap(({ paths }) => paths.filter((path) => path.endsWith('.jsonc')));
  const usual = configs.every((path) => usualPlace.test(path));
  const discover = usual ? 'agents/*/agent.jsonc' : [...new Set(configs)].sort();
  return `${JSON.stringify({ project: name, agents: { discover } }, null, 2)}\n`;
}
