// Child processes that never outlive the script that started them.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, timeoutMs?: number, write?: Write }} RunOptions */
/** @typedef {(text: string, isError: boolean) => void} Write takes what a program prints */

/** @type {Set<ChildProcess>} */
const children = new Set();
let watching = false;
let ending = false;

/**
 * Ends a child and everything it started.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} [signal]
 */
function killTree(child, signal = 'SIGTERM') {
  if (child.pid === undefined) {
    return;
  }
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  try {
    // Every child leads a process group of its own; the minus names the group.
    process.kill(-child.pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') {
      throw error;
    }
  }
}

function watchForTheEnd() {
  if (watching) {
    return;
  }
  watching = true;
  process.on('exit', () => {
    for (const child of children) {
      killTree(child, 'SIGKILL');
    }
  });
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])) {
    process.on(signal, async () => {
      if (ending) {
        return;
      }
      ending = true;
      await Promise.all([...children].map((child) => stop(child)));
      process.exit(code);
    });
  }
}

/** Whether a signal has asked this script to leave, so that a child's end is its own doing. */
export function isEnding() {
  return ending;
}

/**
 * Starts a program, without a shell, as the leader of its own process group. It is killed when this script ends.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {ChildProcess}
 */
export function start(command, args, options = {}) {
  watchForTheEnd();
  const child = spawn(command, args, {
    ...options,
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', () => children.delete(child));
  return child;
}

/**
 * Asks a child and its group to leave, and insists after five seconds.
 * @param {ChildProcess} child
 */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return;
  }
  const gone = new Promise((resolve) => child.once('exit', resolve));
  killTree(child);
  const insist = setTimeout(() => killTree(child, 'SIGKILL'), 5000);
  await gone;
  clearTimeout(insist);
  // A grandchild may have ignored the first signal while its parent obeyed.
  killTree(child, 'SIGKILL');
}

/** @type {Write} */
export function toTerminal(text, isError) {
  (isError ? process.stderr : process.stdout).write(text);
}

/**
 * Runs a program to its end and gives its exit code and output. Output also goes to `write`, or to the
 * terminal where that is left out, unless `quiet`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} code 124 when it took longer than `timeoutMs`
 */
export function run(command, args, options = {}) {
  const child = start(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const write = options.write ?? toTerminal;
    for (const [stream, isError] of /** @type {const} */ ([
      [child.stdout, false],
      [child.stderr, true],
    ])) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (!options.quiet) {
          write(text, isError);
        }
      });
    }
    let late = false;
    const timer = options.timeoutMs
      ? setTimeout(() => {
          late = true;
          void stop(child);
        }, options.timeoutMs)
      : undefined;
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? 1), output });
    });
  });
}

/**
 * The environment with one more folder at the front of the path.
 * @param {string} folder
 * @returns {NodeJS.ProcessEnv}
 */
export function withPath(folder) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...process.env, [name]: [folder, process.env[name] ?? ''].join(path.delimiter) };
}
