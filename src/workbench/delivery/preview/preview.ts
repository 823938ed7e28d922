import * as vscode from 'vscode';
import { DisposableStore } from '../../shared/disposables';
import { type ChangePair, openChanges } from '../files';

/** What a person says to a deployment; `again`: something was done that needs another look first. */
export type Answer = 'deploy' | 'cancel' | 'again';

/** A button of the question. What it gives back is the answer; undefined asks once more. */
export interface Choice {
  label: string;
  run(): Promise<Answer | undefined>;
}

/** A question about a deployment. */
export interface Question {
  message: string;
  /** Shown as a warning: something is not as it should be. */
  warn: boolean;
  choices: readonly Choice[];
  /** Called when the message is answered after all was over. */
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

  /** Answers the preview that is shown, if one is. */
  async answer(answer: Answer): Promise<void> {
    await this.current?.settle(answer);
  }

  /** Shows changes in the place of an earlier preview, whose answer is no then. @param title of the tab */
  async open(title: string, pairs: readonly ChangePair[]): Promise<OpenPreview> {
    await this.current?.settle('cancel');
    const opened = new OpenPreview(title);
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
  private over = false;
  /** Whether the changes are, or are about to be, in an editor. */
  private shown = false;

  constructor(private readonly title: string) {
    this.answered = new Promise((resolve) => {
      this.answer = resolve;
    });
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
  async ask({ message, warn, choices, late }: Question): Promise<Answer> {
    const show = warn ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const labels = choices.map(({ label }) => label);
    while (!this.over) {
      const picking = show(message, ...labels);
      const first = await Promise.race([picking, this.answered.then(() => 'answered' as const)]);
      if (this.over) {
        // The message may still stand there, and be answered when this is history.
        void picking.then((label) => (label === labels[0] ? late() : undefined));
        break;
      }
      const choice = choices.find(({ label }) => label === first);
      if (!choice && this.shown) {
        // Put away, with the changes still shown: their editor has the buttons.
        break;
      }
      const answer = choice ? await choice.run() : 'cancel';
      if (answer) {
        await this.settle(answer);
      }
    }
    return await this.answered;
  }

  /** Ends the preview with an answer, unless it has one, and closes its editor. */
  async settle(answer: Answer): Promise<void> {
    if (this.over) {
      return;
    }
    this.over = true;
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
    setContext(activeTab !== undefined && this.isOurs(activeTab));
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

function setContext(shown: boolean): void {
  void vscode.commands.executeCommand('setContext', contextKey, shown);
}
