import * as vscode from 'vscode';

type Kind = 'showErrorMessage' | 'showWarningMessage' | 'showInformationMessage';

export interface Shown {
  kind: Kind;
  message: string;
  buttons: string[];
  /** The smaller text of a dialog. */
  detail: string;
}

/** Presses what goes on with a deployment that is asked about. */
export function agree({ buttons }: Shown): string | undefined {
  return buttons.find((label) => label === 'Deploy' || label === 'Deploy Anyway');
}

/** Reads along what messages the extension shows, and presses a button of them. */
export class Messages {
  readonly shown: Shown[] = [];
  private readonly originals = new Map<Kind, unknown>();

  /** @param press picks a button's label for a message; undefined closes it */
  constructor(press: (shown: Shown) => string | undefined = () => undefined) {
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
