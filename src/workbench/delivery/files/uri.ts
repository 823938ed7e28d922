import * as vscode from 'vscode';
import { addressOf, type Place, readAddress, tavoraScheme } from './address';
import type { AgentSource, Which } from './source';

/** @returns the address of a file of a version, a draft or a recorded state; of their folder with the path "". */
export function versionUri(agent: AgentSource, which: Which, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: tavoraScheme, ...addressOf({ agent, which, path }) });
}

/** @returns what a `tavora:` address stands for, or undefined for any other address. */
export function readVersionUri(uri: vscode.Uri): Place | undefined {
  return uri.scheme === tavoraScheme ? readAddress(uri) : undefined;
}
