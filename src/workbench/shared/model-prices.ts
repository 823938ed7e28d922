import * as vscode from 'vscode';
import type { Prices } from '../../protocol';

/** What models cost, as the setting `tavora.modelPrices` says. */
export function modelPrices(): Prices {
  return vscode.workspace.getConfiguration('tavora').get('modelPrices', {});
}
