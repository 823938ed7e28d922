import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The first Node whose `node:sqlite` needs no flag. */
const oldest = [22, 13] as const;

/** Set for the process that was started with a newer Node, so that it never starts another. */
const marker = 'TAVORA_RUNTIME_REEXEC';

/** @param version as in `process.versions.node`. */
export function hasSqlite(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/**
 * Goes on with the Node that was installed beside this program, where the one that runs it is too old.
 * @param folder of the program's file.
 * @returns true when another process has taken over, or this one has to end; its exit code is then set.
 */
export function reexecIfNeeded(folder: string): boolean {
  if (hasSqlite(process.versions.node)) return false;
  const binary = path.join(
    folder,
    '..',
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (process.env[marker] || !existsSync(binary)) {
    const needed = oldest.join('.');
    process.stderr.write(
      `The Tavora runtime needs Node ${needed} or newer; this is ${process.versions.node}.\n`,
    );
    process.exitCode = 2;
    return true;
  }
  const child = spawn(binary, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, [marker]: '1' },
  });
  // The child shares our terminal and our parent's pipe; only signals meant for us alone must be handed on.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
  return true;
}
