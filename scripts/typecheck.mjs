// Checks the types of every world: Node, browser, tests and scripts.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './lib/paths.mjs';

const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
let failed = 0;
for (const world of ['node', 'browser', 'tests']) {
  // What did not change since the last time is not checked again.
  const kept = path.join(root, 'out/types', `${world}.tsbuildinfo`);
  const args = ['-p', `tsconfig.${world}.json`, '--incremental', '--tsBuildInfoFile', kept];
  const { status } = spawnSync(process.execPath, [tsc, ...args], { cwd: root, stdio: 'inherit' });
  failed += status === 0 ? 0 : 1;
}
process.exitCode = failed > 0 ? 1 : 0;
