import * as vscode from 'vscode';
import type { Evals } from '../../../src/workbench/evals';

/** What a run told the Test Explorer of one item, in order. */
export interface Told {
  states: string[];
  messages: vscode.TestMessage[];
}

/** One run, as the Test Explorer was told of it. */
export class TestRunRecord {
  readonly items = new Map<string, Told>();
  readonly coverage: vscode.FileCoverage[] = [];
  output = '';
  ended = false;
  /** What the Test Explorer calls it; undefined for one that a person began there. */
  name: string | undefined;
  readonly stop = new vscode.CancellationTokenSource();

  of(label: string): Told {
    let told = this.items.get(label);
    if (!told) {
      told = { states: [], messages: [] };
      this.items.set(label, told);
    }
    return told;
  }

  /** The last state of each item, by its label. */
  get verdicts(): Record<string, string | undefined> {
    return Object.fromEntries([...this.items].map(([label, { states }]) => [label, states.at(-1)]));
  }
}

/** Reads along what runs tell the Test Explorer, which shows it and gives none of it back. */
export class TestRuns {
  readonly records: TestRunRecord[] = [];
  /** Called at each state of an item, before the Test Explorer hears of it. */
  onTold: (state: string, item: vscode.TestItem) => void = () => undefined;
  private readonly original: vscode.TestController['createTestRun'];

  constructor(private readonly evals: Evals) {
    const { controller } = evals;
    this.original = controller.createTestRun;
    Object.assign(controller, {
      createTestRun: (...args: Parameters<vscode.TestController['createTestRun']>) =>
        this.follow(this.original.apply(controller, args)),
    });
  }

  get last(): TestRunRecord {
    const last = this.records.at(-1);
    if (!last) throw new Error('Nothing was run.');
    return last;
  }

  restore(): void {
    Object.assign(this.evals.controller, { createTestRun: this.original });
  }

  private follow(run: vscode.TestRun): vscode.TestRun {
    const record = new TestRunRecord();
    record.name = run.name;
    this.records.push(record);
    const note =
      (state: 'enqueued' | 'started' | 'skipped' | 'passed' | 'failed' | 'errored') =>
      (item: vscode.TestItem, ...rest: unknown[]) => {
        const told = record.of(item.label);
        told.states.push(state);
        this.onTold(state, item);
        const [messages] = rest;
        if (state === 'failed' || state === 'errored') {
          told.messages.push(...[messages as vscode.TestMessage | vscode.TestMessage[]].flat());
        }
        Reflect.apply(run[state], run, [item, ...rest]);
      };
    run.token.onCancellationRequested(() => record.stop.cancel());
    return {
      ...run,
      name: run.name,
      token: record.stop.token,
      isPersisted: run.isPersisted,
      enqueued: note('enqueued'),
      started: note('started'),
      skipped: note('skipped'),
      passed: note('passed'),
      failed: note('failed'),
      errored: note('errored'),
      appendOutput: (text, ...rest) => {
        record.output += text;
        run.appendOutput(text, ...rest);
      },
      addCoverage: (coverage) => {
        record.coverage.push(coverage);
        run.addCoverage(coverage);
      },
      onDidDispose: run.onDidDispose,
      end: () => {
        record.ended = true;
        run.end();
      },
    };
  }
}

/** @returns test items as indented lines, "label @line" with "!" before one with an error, by label as the Test Explorer sorts. */
export function testPicture(items: vscode.TestItemCollection, depth = 0): string {
  return [...items]
    .map(([, item]) => item)
    .sort((a, b) => (a.label < b.label ? -1 : 1))
    .flatMap((item) => {
      const line = item.range ? ` @${item.range.start.line + 1}` : '';
      return [
        `${'  '.repeat(depth)}${item.error ? '! ' : ''}${item.label}${line}`,
        ...(item.children.size > 0 ? [testPicture(item.children, depth + 1)] : []),
      ];
    })
    .join('\n');
}
