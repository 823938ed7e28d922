import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { findOnPath } from './places.mjs';
import { run } from './process.mjs';

/**
 * npm's own program as a JavaScript file, so that it runs without a shell on Windows too.
 * @returns {string}
 */
function npmCli() {
  const given = process.env.npm_execpath;
  if (given && path.basename(given) === 'npm-cli.js' && existsSync(given)) {
    return given;
  }
  const onPath = findOnPath('npm');
  const candidates = [];
  if (onPath) {
    candidates.push(realpathSync(onPath), path.join(path.dirname(onPath), 'node_modules/npm/bin/npm-cli.js'));
  }
  const found = candidates.find((file) => path.basename(file) === 'npm-cli.js' && existsSync(file));
  if (found === undefined) {
    throw new Failure(
      'npm was not found. Install Node.js 20 or newer from https://nodejs.org, which brings npm.',
    );
  }
  return found;
}

/**
 * Runs npm and gives its output.
 * @param {readonly string[]} args
 * @param {string} cwd
 * @throws {Failure} with the end of npm's output when npm fails
 */
export async function npm(args, cwd) {
  // What an outer `npm test` sets (prefix, ignore-scripts, workspace) is not meant for this call.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^npm_(config_(prefix|local_prefix|global|dry_run)|package_|lifecycle_)/i.test(key),
    ),
  );
  const { code, output } = await run(process.execPath, [npmCli(), ...args], { cwd, env, quiet: true });
  if (code !== 0) {
    const tail = output.trimEnd().split('\n').slice(-15).join('\n');
    throw new Failure(`npm ${args.join(' ')} failed in ${cwd}:\n${tail}`);
  }
}
