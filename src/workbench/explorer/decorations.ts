import * as vscode from 'vscode';
import type { DraftState } from '../delivery';
import type { Worst } from './row';

const scheme = 'tavora-agent';

interface Mark {
  badge: string;
  tooltip: string;
  color?: string;
}

const marks: Record<DraftState, Mark> = {
  unsynced: { badge: '○', tooltip: 'The server does not have it' },
  draft: { badge: '◐', tooltip: 'Synced as a draft, not live', color: 'charts.blue' },
  changed: { badge: '✎', tooltip: 'Edited since the last sync or deployment', color: 'charts.yellow' },
  deployed: { badge: '●', tooltip: 'Live as it is', color: 'charts.green' },
};

/** The colours of problems, by the worst of an agent: as the editor has them for files. */
const colors = { error: 'list.errorForeground', warning: 'list.warningForeground' };

/** @returns the address that stands for an agent and its state; another state is another address. */
export function agentUri(rowId: string, state: DraftState, worst?: Worst): vscode.Uri {
  const query = worst ? `${state}&${worst}` : state;
  return vscode.Uri.from({ scheme, path: `/${encodeURIComponent(rowId)}`, query });
}

/** Draws an agent's state as a badge at the end of its row. */
export class AgentDecorations implements vscode.FileDecorationProvider {
  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== scheme) {
      return undefined;
    }
    const [state = '', worst] = uri.query.split('&');
    const mark = isState(state) ? marks[state] : undefined;
    if (!mark) {
      return undefined;
    }
    const color = worst === 'error' || worst === 'warning' ? colors[worst] : mark.color;
    return new vscode.FileDecoration(
      mark.badge,
      mark.tooltip,
      color ? new vscode.ThemeColor(color) : undefined,
    );
  }
}

function isState(text: string): text is DraftState {
  return Object.hasOwn(marks, text);
}
