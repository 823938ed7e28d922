import * as vscode from 'vscode';
import { reportError } from '../../shared/commands';
import { DisposableStore } from '../../shared/disposables';
import type { Log } from '../../shared/log';
import { type ChangePair, openChanges } from '../files';
import { gateViewType } from './gate-page';

/** What a person says to a deployment; `again`: something was done that needs another look first. */
export type Answer = 'deploy' | 'cancel' | 'again';

/** A button of the question. What it gives back is the answer; undefined asks once more. */
export interface Choice {
  label: string;
  /** True for the one button that goes on: the only one that still counts when all is over. */
  proceeds?: true;
  run(): Promise<Answer | undefined>;
}

/** A question about a deployment. */
export interface Question {
  message: string;
  /** Shown as a warning: something is not as it should be. */
  warn: boolean;
  choices: readonly Choice[];
  /** Called when a message that was left over is told to go on. */
  late(): Promise<unknown>;
}

const contextKey = 'tavora.deployPreview';

/**
 * The preview of one deployment at a time: the changes in the multi-diff editor, and beside them a message that asks.
 * The message does not lie over the changes and may be overlooked; the editor's title has the same two buttons.
 * Closing the editor is a no.
 */
export class Preview implements vscode.Disposable {
  private current: OpenPreview | undefined;

  constructor(private readonly log: Log) {}

  /** Answers the preview that is shown, if one is. */
  async answer(answer: Answer): Promise<void> {
    await this.current?.settle(answer);
  }

  /** Shows changes in the place of an earlier preview, whose answer is no then. @param title of the tab */
  async open(title: string, pairs: readonly ChangePair[]): Promise<OpenPreview> {
    await this.current?.settle('cancel');
    const opened = new OpenPreview(title, this.log);
    this.current = opened;
    if (pairs.length > 0) {
      await openChanges(title, pairs);
      // Whatever is looked at beside it must not take its place, which would be a no.
      await vscode.commands.executeCommand('workbench.action.keepEditor');
      opened.watch();
    }
    return opened;
  }

  dispose(): void {
    void this.current?.settle('cancel');
  }
}

/** A preview that is shown, until it is answered. */
export class OpenPreview {
  private readonly store = new DisposableStore();
  private readonly answered: Promise<Answer>;
  private answer: (answer: Answer) => void = () => undefined;
  private readonly ending = new AbortController();
  private readonly leaving = new AbortController();
  private closing: Promise<void> | undefined;
  /** What is to be asked in the place of what is asked. */
  private renewal: Question | undefined;
  private onRenewal: () => void = () => undefined;
  /** Whether the changes are, or are about to be, in an editor. */
  private shown = false;

  constructor(
    private readonly title: string,
    private readonly log: Log,
  ) {
    this.answered = new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  /** Aborted once there is an answer. */
  get ended(): AbortSignal {
    return this.ending.signal;
  }

  /** Aborted once the answer is no: what was still to be asked for it is not needed any more. */
  get left(): AbortSignal {
    return this.leaving.signal;
  }

  /** The group of the editor that shows the changes; undefined where none does. */
  get column(): vscode.ViewColumn | undefined {
    return this.tab()?.group.viewColumn;
  }

  /** Follows the tab that shows the changes. */
  watch(): void {
    this.shown = true;
    this.store.add(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some((tab) => this.isOurs(tab)) && !this.tab()) {
          void this.settle('cancel');
        } else {
          this.mark();
        }
      }),
    );
    this.store.add(vscode.window.tabGroups.onDidChangeTabGroups(() => this.mark()));
    this.mark();
  }

  /** Asks until there is an answer, by the message or by the editor's title. */
  async ask(first: Question): Promise<Answer> {
    let question = first;
    while (!this.ended.aborted) {
      const asked = this.renewal ?? question;
      question = asked;
      this.renewal = undefined;
      const show = asked.warn ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
      const picking = show(asked.message, ...asked.choices.map(({ label }) => label));
      const others = Promise.race([this.renewed(), this.answered.then(() => 'answered' as const)]);
      let turn = await Promise.race([picking.then((label) => ({ label })), others]);
      if (typeof turn === 'object' && turn.label === undefined && this.shown) {
        // Put away, with the changes still shown: their editor has the buttons.
        turn = await others;
      }
      if (typeof turn === 'string' || this.ended.aborted) {
        // The message may still stand there, and be answered when another asks, or when this is history.
        void picking.then((label) => this.pressed(asked, label));
        // Nothing can take a message back. Out of the way, what it says of before is not read as what is now.
        if (turn === 'renewed') await vscode.commands.executeCommand('notifications.hideToasts');
      } else if (turn.label === undefined) {
        await this.settle('cancel');
      } else {
        await this.pressed(asked, turn.label);
      }
    }
    return await this.answered;
  }

  /** Asks anew in the place of what is asked: something is not any more as it was said. */
  renew(question: Question): void {
    this.renewal = question;
    this.onRenewal();
  }

  private renewed(): Promise<'renewed'> {
    return new Promise((resolve) => {
      this.onRenewal = () => resolve('renewed');
    });
  }

  /** Does what a button says, as long as that still counts. */
  private async pressed({ choices, late }: Question, label: string | undefined): Promise<void> {
    const choice = choices.find((one) => one.label === label);
    if (!choice) return;
    if (this.ended.aborted) {
      if (choice.proceeds) await late();
      return;
    }
    const answer = await this.take(choice);
    if (answer) await this.settle(answer);
  }

  /** @returns undefined, the question stays open, also when a button could not do what it says. */
  private async take(choice: Choice): Promise<Answer | undefined> {
    try {
      return await choice.run();
    } catch (error) {
      reportError(this.log, error);
      return undefined;
    }
  }

  /** Ends the preview with an answer, unless it has one, and closes its editor. */
  async settle(answer: Answer): Promise<void> {
    if (this.closing) {
      // Whoever has answered is told of a failure.
      await Promise.allSettled([this.closing]);
      return;
    }
    this.closing = this.end(answer);
    await this.closing;
  }

  private async end(answer: Answer): Promise<void> {
    this.ending.abort();
    if (answer === 'cancel') {
      this.leaving.abort();
    }
    this.store.dispose();
    setContext(false);
    this.answer(answer);
    const tab = this.tab();
    if (tab) {
      await vscode.window.tabGroups.close(tab);
    }
  }

  private mark(): void {
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    setContext(activeTab !== undefined && (this.isOurs(activeTab) || isGatePage(activeTab)));
  }

  private tab(): vscode.Tab | undefined {
    return vscode.window.tabGroups.all.flatMap((group) => group.tabs).find((tab) => this.isOurs(tab));
  }

  /**
   * A multi-diff has no address that extensions can see. Its title says which one it is, and the editor adds the number
   * of files in brackets.
   */
  private isOurs({ label, input }: vscode.Tab): boolean {
    const titled = label === this.title || label.startsWith(`${this.title} (`);
    return titled && !(input instanceof vscode.TabInputText);
  }
}

/** The editor puts something before the name that a webview was made with. */
function isGatePage({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(gateViewType);
}

function setContext(shown: boolean): void {
  void vscode.commands.executeCommand('setContext', contextKey, shown);
}
