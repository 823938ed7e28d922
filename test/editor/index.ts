import { globSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * Runs every suite of this folder inside the extension host, or those in the files that TAVORA_TEST_FILES names. The
 * editor calls it and ends the host when it settles. Results go, line by line, to the file named by TAVORA_TEST_REPORT.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 30_000,
    forbidOnly: true,
    forbidPending: true,
    reporter: path.resolve(__dirname, '../../../scripts/lib/reporter.cjs'),
    ...(process.env.TAVORA_TEST_GREP ? { grep: process.env.TAVORA_TEST_GREP } : {}),
  });
  for (const file of files()) {
    mocha.addFile(file);
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) {
    throw new Error(`${failures} editor tests failed.`);
  }
}

function files(): string[] {
  const named = process.env.TAVORA_TEST_FILES;
  return named
    ? JSON.parse(named)
    : globSync('**/*.test.js', { cwd: __dirname })
        .sort()
        .map((file) => path.join(__dirname, file));
}
