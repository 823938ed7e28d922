import path from 'node:path';
import { reexecIfNeeded } from './node-version';

/**
 * Entry of `dist/runtime.js`. Only what every Node can load is imported here: the rest, which needs
 * `node:sqlite`, comes after the version has been looked at.
 */
async function main(): Promise<void> {
  if (reexecIfNeeded(__dirname)) return;
  const { serve } = await import('./serve');
  await serve(process.argv.slice(2), path.join(__dirname, 'sandbox-worker.js'));
}

void main();
