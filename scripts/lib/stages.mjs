// The checks of `npm test`, in the order in which a person wants to hear of them.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { runEditorSuites } from './editor-suite.mjs';
import { root } from './paths.mjs';
import { run } from './process.mjs';
import { Results } from './results.mjs';
import { withSecondLook } from './second-look.mjs';

/** @typedef {import('./results.mjs').Counts} Counts */
/** @typedef {{ grep?: string, desktop: boolean, pictures: boolean }} Options */
/** @typedef {import('./process.mjs').Write} Write */
/** @typedef {{ name: string, run: (options: Options, write: Write) => Promise<Counts> }} Stage */

/** @param {string} file a JavaScript file, relative to the repository @param {string[]} args @param {Write} write @param {NodeJS.ProcessEnv} [env] */
const script = (file, args, write, env) =>
  run(process.execPath, [path.join(root, file), ...args], { cwd: root, env, write, timeoutMs: 30 * 60_000 });

/**
 * A check that passes or fails as a whole.
 * @param {string} name
 * @param {string} file
 * @param {string[]} args
 * @returns {Stage}
 */
const check = (name, file, ...args) => ({
  name,
  run: async (_, write) =>
    (await script(file, args, write)).code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
});

/**
 * Builds a kind's tests and runs them.
 * @param {string} kind
 * @param {Options} options
 * @param {Write} write
 * @param {(how: { reportFile: string, env: NodeJS.ProcessEnv, files: readonly string[] }) => Promise<Results>} tests
 * @returns {Promise<Counts>}
 */
async function tested(kind, { grep, pictures }, write, tests) {
  if ((await script('scripts/build-tests.mjs', [kind], write)).code !== 0) {
    return { passed: 0, failed: 1 };
  }
  const run = (/** @type {readonly string[]} */ files) => {
    const name = `${kind}-${process.pid}${files.length > 0 ? '-again' : ''}.jsonl`;
    const reportFile = path.join(root, 'out/reports', name);
    mkdirSync(path.dirname(reportFile), { recursive: true });
    rmSync(reportFile, { force: true });
    const env = {
      ...withoutAccounts(),
      TAVORA_TEST_REPORT: reportFile,
      ...(grep ? { TAVORA_TEST_GREP: grep } : {}),
      ...(pictures ? { TAVORA_PICTURES: 'docs' } : {}),
    };
    return tests({ reportFile, env, files });
  };
  return await withSecondLook(run, { alone: Boolean(process.env.CI), write });
}

/** The environment without the servers, models and keys of the person who runs the tests. */
function withoutAccounts() {
  const personal = /^(TAVORA_(URL|API_KEY|MODEL)|.*(OPENAI|ANTHROPIC|GEMINI|GOOGLE|OLLAMA).*_(KEY|URL))$/;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !personal.test(name))),
    TAVORA_CONFIG: path.join(root, 'out/no-config.yaml'),
  };
}

/**
 * A kind of test that plain Mocha runs.
 * @param {string} kind
 * @param {{ timeoutMs: number, browser?: boolean }} needs
 * @returns {Stage}
 */
const mocha = (kind, { timeoutMs, browser = false }) => ({
  name: kind,
  run: (options, write) =>
    tested(kind, options, write, async ({ reportFile, env, files }) => {
      const args = [
        ...['--reporter', path.join(root, 'scripts/lib/reporter.cjs')],
        ...['--timeout', String(timeoutMs), '--forbid-only', '--forbid-pending', '--exit'],
        ...(options.grep ? ['--grep', options.grep] : []),
        ...(files.length > 0 ? files : [`out/test/${kind}/**/*.test.js`]),
      ];
      const { code } = await script('node_modules/mocha/bin/mocha.js', args, write, {
        ...env,
        ...(browser ? { TAVORA_BROWSER: await ensureBrowser() } : {}),
      });
      const results = new Results(reportFile);
      results.read();
      // Mocha that ended badly without a failed test did not load a suite, or found none.
      results.broken = !results.ended || (code !== 0 && results.failed.length === 0);
      return results;
    }),
});

/** @type {Stage} */
const editor = {
  name: 'editor',
  run: (options, write) =>
    tested('editor', options, write, (how) => runEditorSuites({ ...how, desktop: options.desktop })),
};

/**
 * All stages, in sets of lanes. The lanes of a set run at the same time, the stages of a lane one after the other, and
 * a set begins when the one before has ended. Whatever opens an editor has the machine to itself.
 * @type {readonly Stage[][][]}
 */
export const sets = [
  [
    [check('lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '.')],
    [
      check(
        'wall',
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        'dependency-cruiser.cjs',
        'src',
      ),
    ],
    [check('build', 'scripts/build.mjs')],
  ],
  [
    [mocha('unit', { timeoutMs: 30_000 }), mocha('contract', { timeoutMs: 30_000 })],
    // Types are read behind the pages, which end first: nothing else waits for them.
    [mocha('pages', { timeoutMs: 30_000, browser: true }), check('types', 'scripts/typecheck.mjs')],
  ],
  [[editor]],
  [[mocha('journeys', { timeoutMs: 240_000, browser: true })]],
];
