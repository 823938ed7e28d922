// Where things are kept on this machine.
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/**
 * The folder for what is downloaded once and used by every checkout: TAVORA_EDITOR_CACHE, else the platform's
 * cache folder.
 * @returns {string}
 */
export function cacheFolder() {
  if (process.env.TAVORA_EDITOR_CACHE) {
    return path.resolve(process.env.TAVORA_EDITOR_CACHE);
  }
  const home = os.homedir();
  switch (process.platform) {
    case 'win32':
      return path.join(process.env.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'tavora-vscode');
    case 'darwin':
      return path.join(home, 'Library', 'Caches', 'tavora-vscode');
    default:
      return path.join(process.env.XDG_CACHE_HOME ?? path.join(home, '.cache'), 'tavora-vscode');
  }
}

/**
 * The file that a name on the path stands for.
 * @param {string} name without a suffix
 * @returns {string | undefined}
 */
export function findOnPath(name) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const suffix of suffixes) {
      const file = path.join(folder, name + suffix);
      if (folder !== '' && existsSync(file) && statSync(file).isFile()) {
        return file;
      }
    }
  }
  return undefined;
}

/**
 * A TCP port on 127.0.0.1 that the system says is free now.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') {
          reject(new Error('The system gave no port.'));
        } else {
          resolve(address.port);
        }
      });
    });
  });
}
