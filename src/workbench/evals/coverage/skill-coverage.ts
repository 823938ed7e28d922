import * as vscode from 'vscode';
import type { CoveredFile } from '../../../protocol';
import { detailsOf, sumOf } from './details';

/** Reads what one case exercised of the file; undefined when the server does not know any more. */
export type ReadCase = (signal: AbortSignal) => Promise<CoveredFile | undefined>;

/** What a run exercised of one skill, as the editor shows it. */
export class SkillCoverage extends vscode.FileCoverage {
  /**
   * @param tests how what a test exercised is read, by the test: once for each run that it was part of
   */
  constructor(
    uri: vscode.Uri,
    private readonly file: CoveredFile,
    private readonly tests: ReadonlyMap<vscode.TestItem, readonly ReadCase[]>,
  ) {
    const { statementCoverage, branchCoverage, declarationCoverage } = vscode.FileCoverage.fromDetails(
      uri,
      detailsOf(file),
    );
    super(uri, statementCoverage, branchCoverage, declarationCoverage, [...tests.keys()]);
  }

  /** Made when the editor asks: a run may cover many files, and a person looks at few. */
  get details(): vscode.FileCoverageDetail[] {
    return detailsOf(this.file);
  }

  /** @returns the details of one test; none of a test that did not load the file. */
  async detailsOf(test: vscode.TestItem, signal: AbortSignal): Promise<vscode.FileCoverageDetail[]> {
    let sum: CoveredFile | undefined;
    for (const read of this.tests.get(test) ?? []) {
      const own = await read(signal);
      if (own?.hash === this.file.hash) sum = sum ? sumOf(sum, own) : own;
    }
    return sum ? detailsOf(sum) : [];
  }
}
