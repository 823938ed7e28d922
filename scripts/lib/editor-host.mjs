// The editor host: VS Code's own server, so that a browser shows the workbench and a real extension host runs in it.
import {
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureEditor } from './editor-install.mjs';
import { Failure } from './failure.mjs';
import { root } from './paths.mjs';
import { freePort } from './places.mjs';
import { run, start, stop } from './process.mjs';

/** Settings that keep the workbench to the subject: no welcome, no chat side bar, no network. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'npm.fetchOnlinePackageInfo': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * @typedef {object} EditorOptions
 * @property {string} [dataFolder] where the editor keeps its state; a fresh temporary folder when left out
 * @property {boolean} [restricted] folders start untrusted, as in Restricted Mode
 * @property {NodeJS.ProcessEnv} [env] for the extension host
 * @property {Record<string, unknown>} [settings] user settings beside the quiet ones
 * @property {Record<string, unknown>} [machineSettings] of the machine that the extensions run on, as those of scope
 * "machine" are
 * @property {'linked' | 'development' | 'none'} [extension] how ours gets in: linked into the editor's extensions, as
 * a person has it (the default); loaded for development, which the editor's test runs need, and which hides its
 * notifications; or not at all, because a VSIX was installed
 * @property {string} [extensionFolder] the folder that is linked; this repository when left out
 */

export class EditorHost {
  /** @param {{ child: import('node:child_process').ChildProcess, port: number, dataFolder: string, temporary: boolean, logFile: string }} parts */
  constructor(parts) {
    this.child = parts.child;
    this.port = parts.port;
    this.dataFolder = parts.dataFolder;
    this.temporary = parts.temporary;
    this.logFile = parts.logFile;
  }

  /**
   * The address that opens a folder, or the folders of a `.code-workspace` file, in this host.
   * @param {string} folder absolute
   * @returns {string}
   */
  address(folder) {
    const what = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    return `http://127.0.0.1:${this.port}/?${new URLSearchParams({ [what]: uriPath(folder) })}`;
  }

  /**
   * The address that runs tests on a folder; for a host with the extension in development.
   * @param {string} folder absolute
   * @param {string} tests the absolute path of a CommonJS module that exports run()
   * @returns {string}
   */
  testAddress(folder, tests) {
    const remote = (/** @type {string} */ file) => `vscode-remote://127.0.0.1:${this.port}${uriPath(file)}`;
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(root)],
      ['extensionTestsPath', remote(tests)],
    ]);
    return `${this.address(folder)}&${new URLSearchParams({ payload })}`;
  }

  /**
   * The end of what the server and the extension host have printed.
   * @param {number} [lines]
   */
  logTail(lines = 40) {
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** Ends the server and its extension hosts, and removes a temporary data folder. */
  async stop() {
    await stop(this.child);
    if (this.temporary) {
      rmSync(this.dataFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }
}

/**
 * A path as the path of a URI.
 * @param {string} file absolute
 */
function uriPath(file) {
  const slashes = file.split(path.sep).join('/');
  return slashes.startsWith('/') ? slashes : `/${slashes}`;
}

/** @param {string | undefined} folder */
function prepare(folder) {
  const dataFolder = folder ?? mkdtempSync(path.join(os.tmpdir(), 'tavora-editor-'));
  mkdirSync(path.join(dataFolder, 'data/User'), { recursive: true });
  return dataFolder;
}

/**
 * Puts a link to an extension among the editor's extensions. A link and not an entry that names its folder: the
 * editor removes the files of an extension that a person uninstalls.
 * @param {string} dataFolder
 * @param {string} from
 */
function linkExtension(dataFolder, from) {
  const { publisher, name, version } = JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8'));
  const folder = path.join(dataFolder, 'extensions');
  const relativeLocation = `${publisher}.${name}-${version}`;
  const link = path.join(folder, relativeLocation);
  mkdirSync(folder, { recursive: true });
  if (lstatSync(link, { throwIfNoEntry: false })) {
    unlinkSync(link);
  }
  symlinkSync(from, link, 'junction');
  const entry = {
    identifier: { id: `${publisher}.${name}` },
    version,
    location: { $mid: 1, path: uriPath(link), scheme: 'file' },
    relativeLocation,
  };
  const list = path.join(folder, 'extensions.json');
  /** @type {(typeof entry)[]} */
  const others = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  const all = [...others.filter(({ identifier }) => identifier.id !== entry.identifier.id), entry];
  writeFileSync(list, JSON.stringify(all));
}

/**
 * Starts an editor host on a free port of 127.0.0.1 and waits until it answers.
 * @param {EditorOptions} [options]
 * @returns {Promise<EditorHost>}
 * @throws {Failure} with the end of the log when it does not answer within 60 s
 */
export async function startEditor(options = {}) {
  const home = await ensureEditor();
  const port = await freePort();
  const dataFolder = prepare(options.dataFolder);
  const extension = options.extension ?? 'linked';
  if (extension === 'linked') {
    linkExtension(dataFolder, options.extensionFolder ?? root);
  }
  const settings = path.join(dataFolder, 'data/User/settings.json');
  // A folder that is kept holds what the person has set since.
  if (!existsSync(settings)) {
    writeFileSync(settings, `${JSON.stringify({ ...quietSettings, ...options.settings }, null, 2)}\n`);
  }
  const machine = path.join(dataFolder, 'data/Machine/settings.json');
  if (options.machineSettings && !existsSync(machine)) {
    mkdirSync(path.dirname(machine), { recursive: true });
    writeFileSync(machine, `${JSON.stringify(options.machineSettings, null, 2)}\n`);
  }
  const args = [
    'out/server-main.js',
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...['--server-data-dir', dataFolder, '--telemetry-level', 'off'],
    '--without-connection-token',
    '--accept-server-license-terms',
    // A test run is asked for in the address, which the editor obeys only with this flag.
    ...(extension === 'development' ? ['--enable-smoke-test-driver'] : []),
    ...(options.restricted ? [] : ['--disable-workspace-trust']),
  ];
  const logFile = path.join(dataFolder, 'server.log');
  const log = createWriteStream(logFile);
  const child = start(process.execPath, args, {
    cwd: home,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const host = new EditorHost({
    child,
    port,
    dataFolder,
    temporary: options.dataFolder === undefined,
    logFile,
  });
  await untilItAnswers(host);
  return host;
}

/** @param {EditorHost} host */
async function untilItAnswers(host) {
  const end = Date.now() + 60_000;
  while (Date.now() < end && host.child.exitCode === null) {
    try {
      const response = await fetch(`http://127.0.0.1:${host.port}/version`, {
        signal: AbortSignal.timeout(2000),
      });
      await response.arrayBuffer();
      if (response.ok) {
        return;
      }
    } catch (error) {
      // Not listening yet; anything else than a network error is ours.
      if (!(error instanceof TypeError) && /** @type {Error} */ (error).name !== 'TimeoutError') {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const tail = host.logTail();
  await host.stop();
  throw new Failure(`The editor host did not start. The end of its log:\n${tail}`);
}

/**
 * Installs a VSIX into a data folder, with the server's own command.
 * @param {string} vsix absolute path
 * @param {string} dataFolder
 */
export async function installVsix(vsix, dataFolder) {
  const home = await ensureEditor();
  prepare(dataFolder);
  const args = [
    'out/server-main.js',
    '--install-extension',
    vsix,
    '--server-data-dir',
    dataFolder,
    '--accept-server-license-terms',
  ];
  const { code, output } = await run(process.execPath, args, { cwd: home, quiet: true, timeoutMs: 120_000 });
  if (code !== 0) {
    throw new Failure(`The editor did not install ${vsix}:\n${output}`);
  }
}
