// The checks of `npm test`, in the order in which a person wants to hear of them.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { runEditorSuites } from './editor-suite.mjs';
import { root } from './paths.mjs';
import { run } from './process.mjs';
import { Results } from './results.mjs';

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
 * @param {string} kind
 * @param {Options} options
 * @param {Write} write
 * @returns {Promise<{ reportFile: string, env: NodeJS.ProcessEnv } | undefined>} undefined when the tests do not build
 */
async function prepare(kind, { grep, pictures }, write) {
  const reportFile = path.join(root, 'out/reports', `${kind}-${process.pid}.jsonl`);
  mkdirSync(path.dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  const { code } = await script('scripts/build-tests.mjs', [kind], write);
  const env = {
    ...withoutAccounts(),
    TAVORA_TEST_REPORT: reportFile,
    ...(grep ? { TAVORA_TEST_GREP: grep } : {}),
    ...(pictures ? { TAVORA_PICTURES: 'docs' } : {}),
  };
  return code === 0 ? { reportFile, env } : undefined;
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
  run: async (options, write) => {
    const prepared = await prepare(kind, options, write);
    if (!prepared) {
      return { passed: 0, failed: 1 };
    }
    const env = browser ? { ...prepared.env, TAVORA_BROWSER: await ensureBrowser() } : prepared.env;
    const args = [
      ...['--reporter', path.join(root, 'scripts/lib/reporter.cjs')],
      ...['--timeout', String(timeoutMs), '--forbid-only', '--forbid-pending', '--exit'],
      ...(options.grep ? ['--grep', options.grep] : []),
      `out/test/${kind}/**/*.test.js`,
    ];
    const { code } = await script('node_modules/mocha/bin/mocha.js', args, write, env);
    const results = new Results(prepared.reportFile);
    results.read();
    // Mocha that ended badly without a failed test did not load a suite, or found none.
    const broken = !results.ended || (code !== 0 && results.counts.failed === 0);
    return { ...results.counts, failed: results.counts.failed + (broken ? 1 : 0) };
  },
});

/** @type {Stage} */
const editor = {
  name: 'editor',
  run: async (options, write) => {
    const prepared = await prepare('editor', options, write);
    return prepared ? runEditorSuites({ ...prepared, desktop: options.desktop }) : { passed: 0, failed: 1 };
  },
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
