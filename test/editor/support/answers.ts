import * as vscode from 'vscode';

/** Answers the editor's questions in the place of a person, in order; a question too many is an error. */
export class Answers {
  readonly asked: string[] = [];
  private readonly originals = { pick: vscode.window.showQuickPick, input: vscode.window.showInputBox };

  /** @param answers a part of a label to pick, or the text to type; undefined leaves with Escape */
  constructor(private readonly answers: (string | undefined)[]) {
    const pick = async (items: readonly vscode.QuickPickItem[]) => {
      const labels = (await items).map(({ label }) => label);
      const answer = this.next(labels.join(' | '));
      const found = (await items).find(({ label }) => answer !== undefined && label.includes(answer));
      if (answer !== undefined && !found) {
        throw new Error(`"${answer}" is not among: ${labels.join(' | ')}`);
      }
      return found;
    };
    const input = async (options: vscode.InputBoxOptions) => {
      const answer = this.next(`${options.title}: ${options.prompt ?? ''}`);
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
