import * as vscode from 'vscode';

type Kind = 'showErrorMessage' | 'showWarningMessage' | 'showInformationMessage';

export interface Shown {
  kind: Kind;
  message: string;
  buttons: string[];
  /** The smaller text of a dialog. */
  detail: string;
}

/** Picks the button that a person presses in a message, at once or later, by its label; undefined closes the message. */
export type Press = (shown: Shown) => string | undefined | Promise<string | undefined>;

/** Presses the first of these buttons that a message has. */
export function presses(...labels: string[]): Press {
  return ({ buttons }) => buttons.find((label) => labels.includes(label));
}

/** Presses what goes on with a deployment that is asked about. */
export const agree = presses('Deploy', 'Deploy Anyway');

/** Reads along what messages the extension shows, and presses a button of them. */
export class Messages {
  readonly shown: Shown[] = [];
  private readonly originals = new Map<Kind, unknown>();

  constructor(press: Press = presses()) {
    for (const kind of ['showErrorMessage', 'showWarningMessage', 'showInformationMessage'] as const) {
      this.originals.set(kind, vscode.window[kind]);
      const listen = async (message: string, ...rest: unknown[]) => {
        const buttons = rest.filter((one) => typeof one === 'string');
        const options = rest.find((one): one is vscode.MessageOptions => typeof one === 'object');
        const shown = { kind, message, buttons, detail: options?.detail ?? '' };
        this.shown.push(shown);
        return press(shown);
      };
      Object.assign(vscode.window, { [kind]: listen });
    }
  }

  /** @returns the first message that fits, or undefined. */
  find(pattern: RegExp): Shown | undefined {
    return this.shown.find(({ message }) => pattern.test(message));
  }

  restore(): void {
    Object.assign(vscode.window, Object.fromEntries(this.originals));
  }
}
