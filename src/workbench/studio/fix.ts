import * as vscode from 'vscode';
import { applyEdits, type FileEdit, type Suggestion, suggestedEval, suggestedPersona } from '../../project';
import { PoliteError } from '../shared/errors';
import { addEdits } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import type { SessionOwner } from '../shared/session-owner';
import type { WorkspaceProject } from '../shared/workspaces';
import { showProposal } from './proposal';

/**
 * Writes a suggestion into the project once the person has seen it as a diff and said yes: the persona gets the text,
 * the eval case a file of its own, and the agent's configuration names that file where no pattern does. A file with
 * changes of the person's own is left unsaved.
 * @returns the files, with whether each is saved; none when the person did not want it
 * @throws PoliteError when the agent has no persona to change, or a file cannot be written
 */
export async function applyFix(
  { project, agentId }: SessionOwner,
  suggestion: Suggestion,
): Promise<{ uri: vscode.Uri; saved: boolean }[]> {
  const source = { project: project.project, text: (path: string) => presentText(project, path) };
  const edits = await editsOf(project, agentId, suggestion);
  const texts = [...applyEdits(edits, source.text)]
    .map(([path, text]) => ({
      uri: project.uri(path),
      isNew: source.text(path) === undefined,
      text: typeof text === 'string' ? text : '',
    }))
    .sort((one, other) => Number(one.isNew) - Number(other.isNew));
  const own = texts.filter(({ uri }) => isDirty(uri)).map(({ uri }) => uri.toString());
  if (!(await showProposal(`Suggestion for ${agentId}`, texts))) {
    return [];
  }
  const edit = new vscode.WorkspaceEdit();
  // Made anew: the person may have gone on writing while the diff was open.
  addEdits(edit, project, await editsOf(project, agentId, suggestion));
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new PoliteError('The editor did not take the suggestion: a file has changed in the meantime.');
  }
  const written: { uri: vscode.Uri; saved: boolean }[] = [];
  for (const { uri } of texts) {
    const saved =
      !own.includes(uri.toString()) && (await (await vscode.workspace.openTextDocument(uri)).save());
    written.push({ uri, saved });
  }
  return written;
}

async function editsOf(
  project: WorkspaceProject,
  agentId: string,
  { changes, evalCase }: Suggestion,
): Promise<FileEdit[]> {
  const agent = project.agent(agentId);
  if (!agent) {
    throw new PoliteError(`The project "${project.project.name}" has no agent "${agentId}" any more.`);
  }
  if (changes !== '' && agent.personaPath === undefined) {
    throw new PoliteError(
      `The agent "${agentId}" has no persona that the suggestion could be written into. Name one in ${agent.configPath}.`,
    );
  }
  const source = { project: project.project, text: (path: string) => presentText(project, path) };
  return [
    ...suggestedPersona(source, agent, changes),
    ...(evalCase ? suggestedEval(source, agent, evalCase, await project.files.list()) : []),
  ];
}

function isDirty(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some(
    (document) => document.isDirty && document.uri.toString() === uri.toString(),
  );
}
