// From a bare clone to something that runs. Nothing here may import a package: there may be none yet.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { npm } from './npm.mjs';
import { root } from './paths.mjs';
import { cacheFolder } from './places.mjs';

/** The editor host is built for this major version. */
const wantedMajor = 24;

/**
 * Installs the packages where they are missing or not those of the lock file, finds a Node to run on, and goes on
 * in it: when this process is not that Node, the same script is run again by it and this promise never settles.
 */
export async function bootstrap() {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    throw new Failure(
      `Node.js ${process.versions.node} is too old. Install Node.js 20 or newer from https://nodejs.org.`,
    );
  }
  if (packagesAreStale()) {
    console.log('Installing the npm packages (about a minute)…');
    await npm(['ci', '--no-audit', '--no-fund'], root);
  }
  const node = await findNode();
  if (node !== process.execPath) {
    await goOnWith(node);
  }
  process.env.PATH = [path.dirname(node), process.env.PATH ?? ''].join(path.delimiter);
}

/** Compares what is installed with the lock file, by version, since a checkout sets the files' times as it likes. */
function packagesAreStale() {
  const installedList = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedList)) {
    return true;
  }
  /** @typedef {{ version?: string, optional?: boolean }} Entry */
  /** @param {string} file @returns {Record<string, Entry>} */
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packages(installedList);
  return Object.entries(packages(path.join(root, 'package-lock.json'))).some(
    ([name, entry]) =>
      // The empty name is the project itself; an optional package may belong to another platform.
      name !== '' && !entry.optional && installed[name]?.version !== entry.version,
  );
}

/** @returns {Promise<string>} the path of a Node of the wanted major version */
async function findNode() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const fromPackage = path.join(root, 'node_modules/node/bin', binary);
  for (const candidate of [process.execPath, fromPackage]) {
    if (answersAsWanted(candidate)) {
      return candidate;
    }
  }
  return installNode(binary);
}

/** @param {string} file */
function answersAsWanted(file) {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.startsWith(`v${wantedMajor}.`);
}

/**
 * The dev dependency `node` fetches its binary in an install script, which npm may have been told not to run. The
 * package with the binary has no script, so it is installed by itself.
 * @param {string} binary
 */
async function installNode(binary) {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  /** @type {string} */
  const version = lock.packages['node_modules/node'].version;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${platform}-${process.arch}`;
  const home = path.join(cacheFolder(), `node-${version}`);
  const file = path.join(home, 'node_modules', name, 'bin', binary);
  if (!existsSync(file)) {
    console.log(`Installing Node.js ${version} for the tests and the editor…`);
    await installInto(home, [`${name}@${version}`]);
  }
  if (!answersAsWanted(file)) {
    throw new Failure(
      `Node.js ${wantedMajor} is needed and the one in ${home} does not run here. Install Node.js ${wantedMajor} from https://nodejs.org.`,
    );
  }
  return file;
}

/**
 * Installs packages into a folder of the cache, whole or not at all: an interrupted install leaves no half folder
 * under the final name, and of two at once the first wins.
 * @param {string} home
 * @param {readonly string[]} packages with versions
 * @param {(folder: string) => Promise<void>} [finish] more to do before the folder counts
 */
export async function installInto(home, packages, finish) {
  const draft = `${home}.${process.pid}.part`;
  await mkdir(draft, { recursive: true });
  try {
    await npm(
      ['install', '--prefix', draft, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages],
      draft,
    );
    await finish?.(draft);
    await rename(draft, home).catch((error) => {
      if (!existsSync(home)) {
        throw error;
      }
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Runs this script again with another Node and leaves with its exit code. The child stays in this process group, so
 * that Ctrl-C reaches it; a signal sent to this process alone is passed on.
 * @param {string} node
 * @returns {Promise<never>}
 */
function goOnWith(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (process.platform !== 'win32') {
        child.kill(signal);
      }
    });
  }
  return new Promise((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => process.exit(code ?? 1));
  });
}
