import type { TextRange } from '../../project';
import type { DraftState } from '../delivery';
import type { WorkspaceProject } from '../shared/workspaces';

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
  | 'schedule';

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
  state?: DraftState;
  problems: number;
  children: Row[];
}
