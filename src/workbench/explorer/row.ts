import type * as vscode from 'vscode';
import type { TextRange } from '../../project';
import type { AgentSource, DraftState } from '../delivery';
import type { WorkspaceProject } from '../shared/workspaces';
import type { VersionInfo } from '../versions';

export type RowKind =
  | 'project'
  | 'agent'
  | 'persona'
  | 'model'
  | 'group'
  | 'module'
  | 'prompt'
  | 'eval'
  | 'mcp'
  | 'index'
  | 'schedule'
  | 'versions'
  | 'version'
  | 'file'
  | 'more'
  | 'note';

/** How bad the worst problem is. */
export type Worst = 'error' | 'warning';

/** One line of the view "Agents", as a value: what it shows and what a click opens. */
export interface Row {
  /** The same for the same thing in every drawing, so that the view keeps what is open and selected. */
  id: string;
  kind: RowKind;
  label: string;
  description: string;
  icon: string;
  project: WorkspaceProject;
  /** Present for an agent and everything below it. */
  agentId?: string;
  /** What a click opens. */
  open?: { path: string; range?: TextRange };
  /** What a click opens that is no file of the project. */
  uri?: vscode.Uri;
  /** Its children are read when it is opened. */
  lazy?: boolean;
  /** Of a deployed version: which, and whose. */
  version?: { source: AgentSource; info: VersionInfo };
  state?: DraftState;
  problems: number;
  /** Of an agent with problems. */
  worst?: Worst;
  children: Row[];
}
