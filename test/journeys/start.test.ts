import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { processesWith } from './processes';
import { Sample } from './sample';

/** The first line of a program's output that fits. */
async function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  assert.ok(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    if (pattern.test(line)) {
      return line;
    }
  }
  throw new Error(`The program ended without a line that fits ${pattern}.`);
}

describe('npm start --web', () => {
  const sample = new Sample();
  after(() => sample.remove());

  it('prints an address that answers, and leaves nothing behind on Ctrl-C', async () => {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--web', '--project', sample.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' },
    });
    const address = new URL(await lineOf(child, /^http:/));
    assert.equal(address.hostname, '127.0.0.1');
    assert.equal(address.searchParams.get('folder'), sample.folder);
    const response = await fetch(address);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /workbench/);
    assert.equal(processesWith(`--port ${address.port}`).length, 1);

    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    assert.equal(code, 130);
    assert.deepEqual(processesWith(`--port ${address.port}`), []);
    await assert.rejects(fetch(address), TypeError);
  });
});
