import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';
import { run } from '../../../scripts/lib/process.mjs';

/** Runs one of the scripts as a person would. */
const script = (name: string, ...args: string[]) =>
  run(process.execPath, [path.join('scripts', name), ...args], { quiet: true });

describe('the command line of the scripts', () => {
  it('npm test names the stages when it does not know one', async () => {
    const { code, output } = await script('test.mjs', 'units');
    assert.equal(code, 1);
    assert.match(output, /There is no stage called units\. The stages are: lint, wall, /);
    assert.doesNotMatch(output, /\n {4}at /);
  });

  it('npm start says so when the project is no folder', async () => {
    const missing = path.join(os.tmpdir(), 'tavora-no-such-folder');
    const { code, output } = await script('start.mjs', '--project', missing);
    assert.equal(code, 1);
    assert.match(output, /tavora-no-such-folder is not a folder\. Give --project the folder/);
    assert.doesNotMatch(output, /\n {4}at /);
  });
});
