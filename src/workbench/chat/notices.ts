import * as vscode from 'vscode';
import { inputRequestOf } from '../../protocol';
import type { Ending } from '../../webviews/chat/messages';
import { offer } from '../shared/commands';
import type { Log } from '../shared/log';
import type { Asked } from './turn-place';

/** The view that notices are about, for as long as it is there. */
export interface NoticedView {
  view: Pick<vscode.WebviewView, 'visible' | 'badge'> | undefined;
  /** Brings it before the person. */
  focus(): Promise<void>;
}

/** Says what a chat that nobody sees wants of its person, in a message and on the view's icon. */
export class Notices {
  /** True while what stands on the icon is a question of a run. */
  private asks = false;

  constructor(
    private readonly log: Log,
    private readonly place: NoticedView,
  ) {}

  /** A run waits for its person. */
  asked(agent: string, { args, content }: Asked): void {
    const question = inputRequestOf(args)?.message ?? content ?? '';
    this.asks = this.tell(`${agent} asks: ${question}`, 'Answer', vscode.window.showInformationMessage);
  }

  /** A run has ended; how is said where there is something to see to. */
  ended(agent: string, ending: Ending): void {
    const trouble = troubleOf(ending);
    if (trouble !== undefined) {
      this.tell(`${agent} ${trouble}`, 'Show Chat', vscode.window.showWarningMessage);
    }
  }

  /** No run waits any more. */
  idle(): void {
    if (this.asks) {
      this.seen();
    }
  }

  /** The person sees the view. */
  seen(): void {
    this.asks = false;
    if (this.place.view) {
      this.place.view.badge = undefined;
    }
  }

  /** @returns whether the person was told */
  private tell(message: string, label: string, show: typeof vscode.window.showWarningMessage): boolean {
    const { view } = this.place;
    if (view?.visible) {
      return false;
    }
    if (view) {
      view.badge = { value: 1, tooltip: message };
    }
    offer(this.log, show, message, [{ label, run: () => this.place.focus() }]);
    return true;
  }
}

/** What a run that ended so leaves to be seen to, after the name of its agent; undefined for nothing. */
function troubleOf(ending: Ending): string | undefined {
  switch (ending.kind) {
    case 'limited':
      return `was stopped at your limit. ${ending.message}`;
    case 'error':
      return `has failed: ${ending.message}`;
    case 'cut':
      return `was not heard to the end. ${ending.message}`;
    case 'silent':
      return 'has given no sign of life for too long. The chat can read its session again.';
    case 'refused':
      return `was not sent the message: ${ending.message}`;
    default:
      return undefined;
  }
}
