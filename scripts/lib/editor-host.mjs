// The editor host: VS Code's own server, so that a browser shows the workbench and a real extension host runs in it.
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
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
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
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
 * @property {string | null} [extension] the folder of the extension to develop; null for only what is installed
 */

export class EditorHost {
  /** @param {{ child: import('node:child_process').ChildProcess, port: number, dataFolder: string, temporary: boolean, extension: string | null, logFile: string }} parts */
  constructor(parts) {
    this.child = parts.child;
    this.port = parts.port;
    this.dataFolder = parts.dataFolder;
    this.temporary = parts.temporary;
    this.extension = parts.extension;
    this.logFile = parts.logFile;
  }

  /**
   * The address that opens a folder in this host with our extension in it.
   * @param {string} folder absolute
   * @param {{ tests?: string }} [options] tests: the absolute path of a CommonJS module that exports run()
   * @returns {string}
   */
  address(folder, options = {}) {
    const authority = `127.0.0.1:${this.port}`;
    /** @param {string} file */
    const remote = (file) => `vscode-remote://${authority}${uriPath(file)}`;
    /** @type {[string, string][]} */
    const payload = [];
    if (this.extension !== null) {
      payload.push(['extensionDevelopmentPath', remote(this.extension)]);
    }
    if (options.tests) {
      payload.push(['extensionTestsPath', remote(options.tests)]);
    }
    const query = new URLSearchParams({ folder: uriPath(folder), payload: JSON.stringify(payload) });
    return `http://${authority}/?${query}`;
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
 * Starts an editor host on a free port of 127.0.0.1 and waits until it answers.
 * @param {EditorOptions} [options]
 * @returns {Promise<EditorHost>}
 * @throws {Failure} with the end of the log when it does not answer within 60 s
 */
export async function startEditor(options = {}) {
  const home = await ensureEditor();
  const port = await freePort();
  const dataFolder = prepare(options.dataFolder);
  const settings = path.join(dataFolder, 'data/User/settings.json');
  // A folder that is kept holds what the person has set since.
  if (!existsSync(settings)) {
    writeFileSync(settings, `${JSON.stringify({ ...quietSettings, ...options.settings }, null, 2)}\n`);
  }
  const args = [
    'out/server-main.js',
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...['--server-data-dir', dataFolder, '--telemetry-level', 'off'],
    '--without-connection-token',
    '--accept-server-license-terms',
    '--enable-smoke-test-driver',
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
    extension: options.extension === undefined ? root : options.extension,
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
