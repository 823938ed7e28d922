import * as vscode from 'vscode';
import {
  type Addition,
  type Agent,
  type FixSource,
  freeEvalName,
  newAgent,
  newEval,
  newSkill,
  type SkillForm,
  takenEvalNames,
} from '../../project';
import { PoliteError } from '../shared/errors';
import { toWorkspaceEdit } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import { askTarget } from '../shared/targets';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';
import { askName } from './new-project';

const forms: readonly { label: string; detail: string; form: SkillForm }[] = [
  {
    label: '$(symbol-method) JavaScript',
    detail: 'A function that runs in the sandbox: skills/name.js',
    form: 'module',
  },
  { label: '$(note) Prompt', detail: 'A text that the model reads: skills/name.md', form: 'prompt' },
  {
    label: '$(folder) Folder',
    detail: 'Both, with types: skills/name/{skill.md, main.js, main.d.ts}',
    form: 'folder',
  },
];

/** Words of an eval that come from somewhere, such as a conversation. */
export interface EvalWords {
  /** What the file is to be called, in words. */
  name?: string;
  input?: string;
  criteria?: string;
  /** What the agent is told when it asks, in order. */
  answers?: (boolean | string)[];
}

/** Adds an agent. @throws CancellationError when the person leaves. */
export async function addAgent(workspaces: Workspaces, value: unknown): Promise<vscode.Uri> {
  const { project } = await askTarget(workspaces, value);
  const ids = new Set(project.project.agents.map(({ id }) => id));
  const id = await askName('Id of the new agent', 'agent', '', ids);
  const [first] = project.project.agents;
  const folder = first ? first.configPath.split('/').slice(0, -2).join('/') : 'agents';
  return await write(project, newAgent(folder, id));
}

/** Adds a skill to an agent. @throws CancellationError when the person leaves. */
export async function addSkill(workspaces: Workspaces, value: unknown): Promise<vscode.Uri> {
  const { project, agent } = await askAgent(workspaces, value);
  const picked = await vscode.window.showQuickPick(forms, { title: 'What kind of skill?' });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  const taken = new Set([...agent.skills, ...agent.mcp].map(({ name }) => name));
  const name = await askName('Name of the new skill', 'skill', '', taken);
  return await write(project, newSkill(sourceOf(project), agent, name, picked.form));
}

/** Adds an eval case to an agent. @throws CancellationError when the person leaves. */
export async function addEval(
  workspaces: Workspaces,
  value: unknown,
  words: EvalWords = {},
): Promise<vscode.Uri> {
  const { project, agent } = await askAgent(workspaces, value);
  const taken = takenEvalNames(agent, await project.files.list());
  const proposed = freeEvalName(words.name ?? (words.input ?? '').split(/\s+/).slice(0, 5).join(' '), taken);
  const name = await askName('Name of the new eval', 'eval', proposed, taken);
  return await write(project, newEval(sourceOf(project), agent, name, words));
}

function sourceOf(project: WorkspaceProject): FixSource {
  return { project: project.project, text: (path) => presentText(project, path) };
}

async function askAgent(
  workspaces: Workspaces,
  value: unknown,
): Promise<{ project: WorkspaceProject; agent: Agent }> {
  const { project, agentId } = await askTarget(workspaces, value);
  const { agents } = project.project;
  // A folder of the Explorer stands for the agent that it belongs to.
  const above = value instanceof vscode.Uri ? agentAround(project, value) : undefined;
  if (above) {
    return { project, agent: above };
  }
  const [only] = agents;
  if (!only) {
    throw new PoliteError(`The project "${project.project.name}" has no agent yet.`);
  }
  const editor = vscode.window.activeTextEditor?.document.uri;
  const open =
    editor &&
    agents.filter((one) => one.files.some((path) => project.uri(path).toString() === editor.toString()));
  const meant =
    agents.find(({ id }) => id === agentId) ??
    (agents.length === 1 ? only : open?.length === 1 ? open[0] : undefined);
  if (meant) {
    return { project, agent: meant };
  }
  const items = agents.map((agent) => ({
    label: agent.name || agent.id,
    description: agent.configPath,
    agent,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Which agent?' });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return { project, agent: picked.agent };
}

function agentAround(project: WorkspaceProject, uri: vscode.Uri): Agent | undefined {
  return project.project.agents.find(({ configPath }) => {
    const folder = vscode.Uri.joinPath(project.uri(configPath), '..');
    return uri.toString() === folder.toString() || uri.toString().startsWith(`${folder.toString()}/`);
  });
}

/** Writes what was added, as one step that can be undone, and opens it. */
async function write(project: WorkspaceProject, { path, edits }: Addition): Promise<vscode.Uri> {
  if (!(await vscode.workspace.applyEdit(toWorkspaceEdit(project, edits), { isRefactoring: true }))) {
    throw new PoliteError(`${path} could not be written: there is a file of that name already.`);
  }
  const uri = project.uri(path);
  await vscode.window.showTextDocument(uri);
  return uri;
}
