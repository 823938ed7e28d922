// Mocha's spec reporter that also writes each result as a line of JSON to TAVORA_TEST_REPORT, so that the runner
// counts, shows progress and notices a hang in the same way for a Node process and for an editor's extension host.
const { appendFileSync } = require('node:fs');
const Mocha = require('mocha');

class LineReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.TAVORA_TEST_REPORT;
    if (!file) {
      throw new Error('TAVORA_TEST_REPORT names no file for the results.');
    }
    /** @param {Record<string, unknown>} line */
    const write = (line) => appendFileSync(file, `${JSON.stringify(line)}\n`);
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_RUN_END } = Mocha.Runner.constants;
    runner.on(EVENT_TEST_PASS, (test) => {
      write({ event: 'pass', title: test.fullTitle(), file: test.file, ms: test.duration ?? 0 });
    });
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      const { file } = test;
      write({ event: 'fail', title: test.fullTitle(), file, error: String(error?.stack ?? error) });
    });
    runner.on(EVENT_RUN_END, () => write({ event: 'end' }));
  }
}

module.exports = LineReporter;
