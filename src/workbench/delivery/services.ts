import type * as vscode from 'vscode';
import type { Connection } from '../connection';
import type { Log } from '../shared/log';
import type { Workspaces } from '../shared/workspaces';
import type { Archive } from './archive';
import type { Drafts } from './drafts';
import type { Snapshots } from './files';
import type { SaveSync } from './save-sync';

/**
 * What every feature may use. It is here because drafts and snapshots are: were it among what is shared, delivery would
 * have to say it a second time, as it cannot import what imports it.
 */
export interface Services {
  context: vscode.ExtensionContext;
  log: Log;
  workspaces: Workspaces;
  connection: Connection;
  drafts: Drafts;
  snapshots: Snapshots;
}

/** The parts of the workbench that a delivery goes through. */
export interface DeliveryServices extends Services {
  archive: Archive;
  saves: SaveSync;
}
