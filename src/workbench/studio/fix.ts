import * as vscode from 'vscode';
import {
  applyEdits,
  type FileEdit,
  type Suggestion,
  suggestedEval,
  suggestedPersona,
  suggestedSkills,
} from '../../project';
import type { TextChange } from '../../webviews/studio/messages';
import { PoliteError } from '../shared/errors';
import { changesToEdit } from '../shared/project-edits';
import { presentText } from '../shared/project-texts';
import { saveDocument } from '../shared/save-document';
import type { SessionOwner } from '../shared/session-owner';
import type { WorkspaceProject } from '../shared/workspaces';
import type { Proposals, ProposedFile } from './proposal';

/** What a suggestion does to the files of a project, unsaved changes included. */
interface Fix {
  edits: FileEdit[];
  /** Why some of it cannot be written, as sentences. */
  problems: string[];
}

/**
 * Shows in the editor's own diff what a suggestion does to the project. Nothing is asked or written.
 * @returns why some of it cannot be written, as sentences
 * @throws PoliteError when it does nothing
 */
export async function showFix(
  proposals: Proposals,
  { project, agentId }: SessionOwner,
  suggestion: Suggestion,
): Promise<string[]> {
  const fix = await fixOf(project, agentId, suggestion);
  await proposals.show(titleOf(agentId), proposedFiles(project, fix));
  return fix.problems;
}

/** @returns what becomes of an agent's persona; undefined when the suggestion has no text for it, or there is none. */
export function personaChange({ project, agentId }: SessionOwner, changes: string): TextChange | undefined {
  const agent = project.agent(agentId);
  const text = (path: string) => presentText(project, path);
  const [edit] = agent ? suggestedPersona({ text }, agent, changes) : [];
  if (!edit) {
    return undefined;
  }
  const after = applyEdits([edit], text).get(edit.path);
  return { path: edit.path, before: text(edit.path) ?? '', after: typeof after === 'string' ? after : '' };
}

/**
 * Writes a suggestion into the project once the person has seen it as a diff and said yes: the persona gets the text,
 * skills their new source, the eval case a file of its own, and the agent's configuration names that file where no
 * pattern does. A file with changes of the person's own is left unsaved.
 * @param tell says at once what of it cannot be written; the rest is offered
 * @returns the files, with whether each is saved; none when the person did not want it
 * @throws PoliteError when nothing of it can be written, or a file cannot
 */
export async function applyFix(
  proposals: Proposals,
  { project, agentId }: SessionOwner,
  suggestion: Suggestion,
  tell: (problem: string) => void,
): Promise<{ uri: vscode.Uri; saved: boolean }[]> {
  const fix = await fixOf(project, agentId, suggestion);
  const files = proposedFiles(project, fix);
  for (const problem of fix.problems) {
    tell(problem);
  }
  if (!(await proposals.ask(titleOf(agentId), files))) {
    return [];
  }
  // Made anew: the person may have gone on writing while the diff was open.
  const now = await fixOf(project, agentId, suggestion);
  const toWrite = proposedFiles(project, now);
  const own = toWrite.filter(({ uri }) => isDirty(uri)).map(({ uri }) => uri.toString());
  const changed = applyEdits(now.edits, (path) => presentText(project, path));
  if (
    now.problems.length > fix.problems.length ||
    !(await vscode.workspace.applyEdit(changesToEdit(project, changed)))
  ) {
    throw new PoliteError(
      'The suggestion is not written: a file has changed in the meantime. Apply it again.',
    );
  }
  const written: { uri: vscode.Uri; saved: boolean }[] = [];
  for (const { uri } of toWrite) {
    const document = await vscode.workspace.openTextDocument(uri);
    const saved = !own.includes(uri.toString()) && (await saveDocument(document));
    written.push({ uri, saved });
  }
  return written;
}

function titleOf(agentId: string): string {
  return `Suggestion for ${agentId}`;
}

/** @throws PoliteError when nothing is to be written */
function proposedFiles(project: WorkspaceProject, { edits, problems }: Fix): ProposedFile[] {
  if (edits.length === 0) {
    throw new PoliteError(problems.join(' ') || 'The project has all of the suggestion already.');
  }
  const text = (path: string) => presentText(project, path);
  return [...applyEdits(edits, text)]
    .map(([path, after]) => ({
      uri: project.uri(path),
      isNew: text(path) === undefined,
      text: typeof after === 'string' ? after : '',
    }))
    .sort((one, other) => Number(one.isNew) - Number(other.isNew));
}

/** @throws PoliteError when the agent is gone, or has no persona for the text */
async function fixOf(
  project: WorkspaceProject,
  agentId: string,
  { changes, skills, evalCase }: Suggestion,
): Promise<Fix> {
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
  const changed = suggestedSkills(source, agent, skills);
  return {
    edits: [
      ...suggestedPersona(source, agent, changes),
      ...changed.edits,
      ...(evalCase ? suggestedEval(source, agent, evalCase, await project.files.list()) : []),
    ],
    problems: changed.problems,
  };
}

function isDirty(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some(
    (document) => document.isDirty && document.uri.toString() === uri.toString(),
  );
}
