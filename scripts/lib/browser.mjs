import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { findOnPath } from './places.mjs';
import { run } from './process.mjs';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A browser of the Chromium family: TAVORA_BROWSER, else the usual places of this platform.
 * @returns {string | undefined} its program file
 */
export function findBrowser() {
  if (process.env.TAVORA_BROWSER) {
    return process.env.TAVORA_BROWSER;
  }
  const inFolders = (/** @type {(string | undefined)[]} */ folders, /** @type {string[]} */ files) =>
    folders
      .flatMap((folder) => (folder ? files.map((file) => path.join(folder, file)) : []))
      .find((file) => existsSync(file));
  switch (process.platform) {
    case 'win32':
      return inFolders(
        [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA],
        [
          'Google/Chrome/Application/chrome.exe',
          'Chromium/Application/chrome.exe',
          'Microsoft/Edge/Application/msedge.exe',
        ],
      );
    case 'darwin':
      return inFolders(
        ['/Applications', path.join(process.env.HOME ?? '', 'Applications')],
        [
          'Google Chrome.app/Contents/MacOS/Google Chrome',
          'Chromium.app/Contents/MacOS/Chromium',
          'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
        ],
      );
    default:
      return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
        .map(findOnPath)
        .find((file) => file !== undefined);
  }
}

/**
 * Finds the browser that shows the editor and the pages, and installs it where that needs no questions: on Debian
 * and its relatives as root.
 * @returns {Promise<string>} its program file
 */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) {
    return found;
  }
  const debian =
    existsSync('/etc/os-release') && /^(ID|ID_LIKE)=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (debian && process.getuid?.() === 0) {
    console.log('Installing Chromium…');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      const { code, output } = await run('apt-get', args, { env, quiet: true });
      if (code !== 0) {
        throw new Failure(
          `apt-get ${args.join(' ')} failed:\n${output.trimEnd().split('\n').slice(-10).join('\n')}`,
        );
      }
    }
    const installed = findBrowser();
    if (installed) {
      return installed;
    }
  }
  throw new Failure(
    'No browser of the Chromium family was found. Install Chrome or Chromium (Debian: apt-get install chromium), or name one in TAVORA_BROWSER.',
  );
}

/**
 * Starts the browser for a test, headless.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: await ensureBrowser(), args: flags });
}
