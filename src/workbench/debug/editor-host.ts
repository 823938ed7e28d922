import * as vscode from 'vscode';
import type { TavoraClient } from '../../client';
import { hashBytes } from '../../project';
import type { AgentSession, InputRequest } from '../../protocol';
import { offer, runCommand } from '../shared/commands';
import { cancellation, PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import type { SessionActivity } from '../shared/session-activity';
import { sessionMetadata } from '../shared/session-metadata';
import type { WorkspaceProject } from '../shared/workspaces';
import type { Callables } from './callables';
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
      return await create(client, agentId, record.serverId, 'live', signal);
    }
    const { agents } = await drafts.ensureSynced(project, signal, [agentId]);
    const synced = agents.find(({ localId }) => localId === agentId);
    if (!synced) throw new PoliteError(`The server did not say what became of the agent "${agentId}".`);
    return await create(client, agentId, synced.agentId, 'draft', signal);
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

  callables(): Callables {
    const agents = this.services.workspaces.projects.flatMap(({ project }) =>
      project.agents.map((agent) => ({ project, agent })),
    );
    return {
      skills: agents.flatMap(({ project, agent }) =>
        agent.skills
          .filter(({ kind }) => kind === 'module')
          .map(({ name, path }) => ({ name, text: project.text(path) })),
      ),
      servers: agents.flatMap(({ agent }) => agent.mcp.map(({ name }) => name)),
    };
  }

  async ask(
    question: InputRequest,
    signal: AbortSignal,
    typed?: string,
  ): Promise<boolean | string | undefined> {
    const { token, end } = cancellation(signal);
    const { message: placeHolder, input_type: type, options, placeholder } = question;
    const shown = { placeHolder, title: 'The agent asks', ignoreFocusOut: true };
    try {
      if (type === 'text') {
        const text = { prompt: placeHolder, placeHolder: placeholder ?? undefined };
        const box = { ...shown, ...text, ...(typed === undefined ? {} : { value: typed }) };
        return await vscode.window.showInputBox(box, token);
      }
      const answers = type === 'confirm' ? ['Yes', 'No'] : (options ?? []);
      const picked = await vscode.window.showQuickPick(answers, shown, token);
      return type === 'confirm' && picked !== undefined ? picked === 'Yes' : picked;
    } finally {
      end();
    }
  }

  report(sessionId: string): void {
    this.activity.report(sessionId);
  }

  ended(sessionId: string): void {
    this.activity.end(sessionId);
  }

  lost(sessionId: string, why: string): void {
    offer(this.services.log, vscode.window.showWarningMessage, why, [
      { label: 'Debug Again', run: () => runCommand('tavora.debugSession', sessionId) },
    ]);
  }

  log(message: string): void {
    this.services.log.warn(sentence(message));
  }
}

async function create(
  client: TavoraClient,
  localId: string,
  serverId: string,
  target: 'draft' | 'live',
  signal: AbortSignal,
): Promise<string> {
  const metadata = sessionMetadata(localId, serverId, target);
  return (await client.sessions.create({ agent_id: serverId, target, metadata }, { signal })).id;
}

/** @throws PoliteError naming what the configuration lacks. */
export function findAgent(
  projects: readonly WorkspaceProject[],
  { agent, project: folder }: Pick<DebugConfig, 'agent' | 'project'>,
): { project: WorkspaceProject; agentId: string } {
  const wanted = folder && toUri(folder.replace(/(?<=.)[\\/]+$/, '')).toString();
  const named = projects.filter((one) => !wanted || one.folder.toString() === wanted);
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
  const agentId = agent || (other ? undefined : only?.id);
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
