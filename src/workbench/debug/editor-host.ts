import * as vscode from 'vscode';
import type { TavoraClient } from '../../client';
import { hashBytes } from '../../project';
import type { AgentSession, InputRequest } from '../../protocol';
import { PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import type { WorkspaceProject } from '../shared/workspaces';
import type { AdapterHost, DebugConfig, KnownFile } from './host';

/** What the debug adapter sees of the editor: its projects, its connection, and the person in front of it. */
export class EditorHost implements AdapterHost {
  constructor(
    private readonly services: Services,
    private readonly activity: SessionActivity,
  ) {}

  client(signal: AbortSignal): Promise<TavoraClient> {
    return this.services.connection.client(signal);
  }

  async open(config: DebugConfig, signal: AbortSignal): Promise<string> {
    const { workspaces, drafts } = this.services;
    await workspaces.ready;
    const { project, agentId } = findAgent(workspaces.projects, config);
    const client = await this.client(signal);
    if (config.target === 'live') {
      await drafts.refresh();
      const record = drafts.record(project, agentId);
      if (!record?.serverId || !record.deployed) {
        throw new PoliteError(`The agent "${agentId}" has no live version. Deploy it, or debug its draft.`);
      }
      return (await client.sessions.create({ agent_id: record.serverId, target: 'live' }, { signal })).id;
    }
    const { agents } = await drafts.ensureSynced(project, signal, [agentId]);
    const synced = agents.find(({ localId }) => localId === agentId);
    if (!synced) throw new PoliteError(`The server did not say what became of the agent "${agentId}".`);
    return (await client.sessions.create({ agent_id: synced.agentId, target: 'draft' }, { signal })).id;
  }

  fileOf(session: AgentSession, path: string, hash: string | undefined): KnownFile | undefined {
    for (const project of this.services.workspaces.projects) {
      const text = project.project.text(path);
      if (text === undefined) continue;
      const same =
        hash === undefined
          ? project.project.agents.some(({ sourceHash }) => sourceHash === session.metadata?.source_hash)
          : hashBytes(Buffer.from(text)) === hash;
      if (same) return { path: toProtocol(project.uri(path)) };
    }
    return undefined;
  }

  pathOf(path: string): string | undefined {
    return this.services.workspaces.find(toUri(path))?.path;
  }

  textOf(path: string): string | undefined {
    const found = this.services.workspaces.find(toUri(path));
    return found?.project.project.text(found.path);
  }

  async ask(question: InputRequest, signal: AbortSignal): Promise<boolean | string | undefined> {
    const source = new vscode.CancellationTokenSource();
    const cancel = (): void => source.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const { message: placeHolder, input_type: type, options, placeholder } = question;
    const shown = { placeHolder, title: 'The agent asks', ignoreFocusOut: true };
    try {
      if (type === 'text') {
        const box = { ...shown, prompt: placeHolder, placeHolder: placeholder ?? undefined };
        return await vscode.window.showInputBox(box, source.token);
      }
      const answers = type === 'confirm' ? ['Yes', 'No'] : (options ?? []);
      const picked = await vscode.window.showQuickPick(answers, shown, source.token);
      return type === 'confirm' && picked !== undefined ? picked === 'Yes' : picked;
    } finally {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    }
  }

  report(sessionId: string): void {
    this.activity.report(sessionId);
  }

  log(message: string): void {
    this.services.log.warn(sentence(message));
  }
}

/** @throws PoliteError naming what the configuration lacks. */
export function findAgent(
  projects: readonly WorkspaceProject[],
  { agent, project: folder }: Pick<DebugConfig, 'agent' | 'project'>,
): { project: WorkspaceProject; agentId: string } {
  const named = projects.filter(
    (one) =>
      !folder || one.folder.fsPath === vscode.Uri.file(folder).fsPath || one.folder.toString() === folder,
  );
  const [project, second] = named.filter((one) => !agent || one.agent(agent) !== undefined);
  if (!project) {
    const what = agent ? `no agent "${agent}"` : 'no Tavora project';
    throw new PoliteError(`There is ${what} in ${folder ? folder : 'this workspace'}.`);
  }
  if (second && !folder) {
    throw new PoliteError(
      `Several projects have an agent "${agent}". Say which one with "project", the folder of its tavora.jsonc.`,
    );
  }
  const [only, other] = project.project.agents;
  const agentId = agent ?? (other ? undefined : only?.id);
  if (!agentId) throw new PoliteError('Say which agent to debug: "agent" is missing in the configuration.');
  return { project, agentId };
}

/** Files as the debug protocol writes them: paths, and whole addresses for what is on no disk. */
export function toProtocol(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString();
}

function toUri(path: string): vscode.Uri {
  return /^[a-z][a-z\d+.-]+:/i.test(path) ? vscode.Uri.parse(path) : vscode.Uri.file(path);
}
