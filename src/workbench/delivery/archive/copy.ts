import { cp, stat } from 'node:fs/promises';
import { isUnfinished } from '../../shared/atomic';

/** Copies what an agent kept beside what another has; nothing is replaced. */
export async function copyAgent(from: string, to: string): Promise<void> {
  try {
    await stat(from);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await cp(from, to, {
    recursive: true,
    force: false,
    preserveTimestamps: true,
    filter: (file) => !isUnfinished(file),
  });
}
