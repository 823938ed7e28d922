import { existsSync } from 'node:fs';
import path from 'node:path';
import { installInto } from './bootstrap.mjs';
import { npm } from './npm.mjs';
import { cacheFolder } from './places.mjs';

/** The npm package that carries VS Code's server and workbench; this version carries VS Code 1.139.1. */
const editorVersion = '4.139.1';

/**
 * Makes sure the editor host is in the cache: about 30 s and 600 MB the first time.
 * @returns {Promise<string>} the folder with out/server-main.js
 */
export async function ensureEditor() {
  const home = path.join(cacheFolder(), `code-server-${editorVersion}`);
  const inside = 'node_modules/code-server/lib/vscode';
  if (!existsSync(home)) {
    console.log('Installing the editor host (about a minute)…');
    await installInto(home, [`code-server@${editorVersion}`], async (draft) => {
      // Its own packages, and those of the extensions that it carries: TypeScript for editing JavaScript.
      for (const folder of [inside, path.join(inside, 'extensions')]) {
        // Scripts would compile native modules that the editor does without.
        await npm(
          ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
          path.join(draft, folder),
        );
      }
    });
  }
  return path.join(home, inside);
}
