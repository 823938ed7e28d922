import * as vscode from 'vscode';
import type { CaseOwner, EvalFile, TextRange } from '../../../project';
import type { Gate } from './gate';
import type { CaseNews, RunsOver } from './gate-cases';

/** An agent that evals decide on, as the files say that are to go live. */
export interface DecidedAgent extends CaseOwner {
  id: string;
  name: string;
}

/** The evals that decide on what is about to be carried out: what they are, what they said, and how they are run. */
export interface Deciding {
  /** "Deployment of support". */
  title: string;
  /** Where it goes. */
  place: string;
  agents: readonly DecidedAgent[];
  /** Asks anew what they make of it, by the agents' ids. @throws PoliteError when another server is chosen. */
  gates(signal: AbortSignal): Promise<ReadonlyMap<string, Gate>>;
  /**
   * Asks the server for the results over exactly the files that are to go live, by the agents' ids. Throws as `gates`.
   */
  read(signal: AbortSignal): Promise<ReadonlyMap<string, RunsOver>>;
  /** Whether the studio can open the sessions of their runs: it shows those of the chosen server. */
  hasTraces(): boolean;
  /** Fired when this window may know of newer results, and when another server is chosen. */
  readonly onDidChange: vscode.Event<unknown>;
  /** @returns what this window knows of a case over exactly those files, while it comes. */
  newest?(agentId: string, file: EvalFile): CaseNews | undefined;
  /**
   * Runs cases as the Test Explorer does. @param wanted paths of the cases, by the agents' ids. Throws as `gates`.
   * @returns why cases have no result, as a sentence; undefined where all have one, or the run was stopped.
   */
  run?(wanted: ReadonlyMap<string, readonly string[]>, signal: AbortSignal): Promise<string | undefined>;
  /** Why they cannot be run from here, where that is so. */
  cannotRun: string;
  /** Where the file of a case is. */
  uri(agentId: string, path: string): vscode.Uri;
}

/** Opens the file of a case where it says its name, beside the page and not in its place. */
export async function openCase(
  uri: vscode.Uri,
  range: TextRange | undefined,
  column: vscode.ViewColumn,
): Promise<void> {
  const selection =
    range && new vscode.Range(range.line - 1, range.column - 1, range.endLine - 1, range.endColumn - 1);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, {
    viewColumn: column,
    ...(selection ? { selection } : {}),
  });
}
