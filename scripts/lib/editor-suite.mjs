// The suites of test/editor, in a real extension host: of the browser's editor, or of a desktop VS Code.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchBrowser } from './browser.mjs';
import { startEditor } from './editor-host.mjs';
import { root } from './paths.mjs';
import { inWords, Results } from './results.mjs';

/** How long the host may go without a result before it counts as hung. */
const silenceMs = 120_000;
const tests = path.join(root, 'out/test/editor/index.js');

/** @typedef {{ reportFile: string, env: NodeJS.ProcessEnv, files: readonly string[], desktop: boolean }} SuiteOptions */

/**
 * Runs the suites, or those of some files, and prints each result as it comes.
 * @param {SuiteOptions} options
 * @returns {Promise<Results>} broken where the host hangs or crashes
 */
export async function runEditorSuites({ files, ...options }) {
  const env = { ...options.env, ...(files.length > 0 ? { TAVORA_TEST_FILES: JSON.stringify(files) } : {}) };
  const home = mkdtempSync(path.join(os.tmpdir(), 'tavora-suite-'));
  const folder = path.join(home, 'support');
  cpSync(path.join(root, 'examples/support'), folder, { recursive: true });
  try {
    return await (options.desktop ? inDesktop : inBrowser)(folder, options.reportFile, env);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** @param {string} folder @param {string} reportFile @param {NodeJS.ProcessEnv} env */
async function inBrowser(folder, reportFile, env) {
  const results = new Results(reportFile);
  const host = await startEditor({ env, extension: 'development' });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(host.testAddress(folder, tests));
    let heard = Date.now();
    while (!results.ended && Date.now() - heard < silenceMs && host.child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      for (const line of results.read()) {
        heard = Date.now();
        console.log(inWords(line));
      }
    }
    if (!results.ended) {
      console.log(`The extension host went silent. The end of its log:\n${host.logTail()}`);
      results.broken = true;
    }
    return results;
  } finally {
    await browser.close();
    await host.stop();
  }
}

/** @param {string} folder @param {string} reportFile @param {NodeJS.ProcessEnv} env */
async function inDesktop(folder, reportFile, env) {
  const { runTests } = await import('@vscode/test-electron');
  const results = new Results(reportFile);
  let crash;
  try {
    await runTests({
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      extensionTestsEnv: /** @type {Record<string, string>} */ (env),
      launchArgs: [folder, '--disable-extensions', '--disable-workspace-trust'],
    });
  } catch (error) {
    crash = error;
  }
  results.read();
  if (!results.ended) {
    console.log(`VS Code ended before the tests did: ${crash}`);
    results.broken = true;
  }
  return results;
}
