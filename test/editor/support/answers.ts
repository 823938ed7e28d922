import * as vscode from 'vscode';

/** Answers the editor's questions in the place of a person, in order; a question too many is an error. */
export class Answers {
  readonly asked: string[] = [];
  /** Those of the boxes among them that hide what is typed. */
  readonly hidden: string[] = [];
  private readonly originals = { pick: vscode.window.showQuickPick, input: vscode.window.showInputBox };

  /** @param answers a part of a label to pick, or the text to type; undefined leaves with Escape */
  constructor(private readonly answers: (string | undefined)[]) {
    const pick = async (items: readonly (vscode.QuickPickItem | string)[]) => {
      const labelOf = (item: vscode.QuickPickItem | string) => (typeof item === 'string' ? item : item.label);
      const labels = (await items).map(labelOf);
      const answer = this.next(labels.join(' | '));
      const found = (await items).find((item) => answer !== undefined && labelOf(item).includes(answer));
      if (answer !== undefined && !found) {
        throw new Error(`"${answer}" is not among: ${labels.join(' | ')}`);
      }
      return found;
    };
    const input = async (options: vscode.InputBoxOptions) => {
      const question = `${options.title}: ${options.prompt ?? ''}`;
      if (options.password) this.hidden.push(question);
      const answer = this.next(question);
      const problem = answer === undefined ? undefined : await options.validateInput?.(answer);
      if (problem) {
        throw new Error(`The box refuses "${answer}": ${String(problem)}`);
      }
      return answer;
    };
    Object.assign(vscode.window, { showQuickPick: pick, showInputBox: input });
  }

  restore(): void {
    Object.assign(vscode.window, {
      showQuickPick: this.originals.pick,
      showInputBox: this.originals.input,
    });
  }

  private next(question: string): string | undefined {
    this.asked.push(question);
    if (this.answers.length === 0) {
      throw new Error(`Nobody expected the question "${question}".`);
    }
    return this.answers.shift();
  }
}
