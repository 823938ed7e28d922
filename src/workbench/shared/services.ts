import type * as vscode from 'vscode';
import type { Connection } from '../connection';
import type { Drafts, Snapshots } from '../delivery';
import type { Log } from './log';
import type { Workspaces } from './workspaces';

/** What every feature may use; built once in `extension.ts`. */
export interface Services {
  context: vscode.ExtensionContext;
  log: Log;
  workspaces: Workspaces;
  connection: Connection;
  drafts: Drafts;
  snapshots: Snapshots;
}
