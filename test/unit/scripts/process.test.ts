import assert from 'node:assert/strict';
import { run, start, stop } from '../../../scripts/lib/process.mjs';

/** Whether a process of this id runs. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the scripts’ child processes', () => {
  it('gives the exit code and all that was printed', async () => {
    const { code, output } = await run(
      process.execPath,
      ['-e', 'console.log("out"); console.error("err"); process.exitCode = 3'],
      { quiet: true },
    );
    assert.equal(code, 3);
    assert.match(output, /out/);
    assert.match(output, /err/);
  });

  it('ends a program that takes too long, with code 124', async () => {
    const { code } = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      quiet: true,
      timeoutMs: 200,
    });
    assert.equal(code, 124);
  });

  it('rejects for a program that is not there', async () => {
    await assert.rejects(run('no-such-program-anywhere', [], { quiet: true }), /ENOENT/);
  });

  it('stops what a child has started too, even when it ignores the first signal', async () => {
    const grandchild = `process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)`;
    const parent = start(
      process.execPath,
      [
        '-e',
        `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' })`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) => {
      parent.stdout?.once('data', (text) => resolve(Number(text)));
    });
    assert.ok(runs(pid));
    await stop(parent);
    while (runs(pid)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  it('stops a child that has left already without complaint', async () => {
    const child = start(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    await stop(child);
  });
});
