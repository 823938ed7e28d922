import * as vscode from 'vscode';
import { addressOf, type Place, pathWithoutVersion, readAddress, tavoraScheme } from './address';
import type { AgentSource, Which } from './source';

/**
 * @param beside the file that it is compared with, as the same one: its path is shown in the place of its own
 * @returns the address of a file of a version, a draft or a recorded state; of their folder with the path "".
 */
export function versionUri(agent: AgentSource, which: Which, path: string, beside?: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: tavoraScheme, ...addressOf({ agent, which, path }, beside?.path) });
}

/** @returns under what a file of a version is shown beside the same one of another version; any other address as it is. */
export function withoutVersion(uri: vscode.Uri): vscode.Uri {
  return uri.scheme === tavoraScheme ? uri.with({ path: pathWithoutVersion(uri.path) }) : uri;
}

/** @returns what a `tavora:` address stands for, or undefined for any other address. */
export function readVersionUri(uri: vscode.Uri): Place | undefined {
  return uri.scheme === tavoraScheme ? readAddress(uri) : undefined;
}
