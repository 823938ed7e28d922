import { spawnSync } from 'node:child_process';

/**
 * The processes whose command line holds all of some texts. Texts that only this test's processes have, such as its
 * own data folder, keep others out.
 * @returns their ids.
 */
export function processesWith(...texts: string[]): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => texts.every((text) => line.includes(text)))
    .map((line) => Number.parseInt(line, 10));
}
