import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LocalRuntime, LocalRuntimeError } from '../../../src/client';

const ready = { url: 'http://127.0.0.1:4321', apiKey: 'tvr_local', pid: 1, version: '0.1.0' };

describe('A runtime of this machine', () => {
  let home: string;
  let runtime: LocalRuntime | undefined;
  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tavora local runtime '));
  });
  afterEach(() => runtime?.stop());
  after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

  /** Starts a program in the place of the runtime. */
  const start = async (
    code: string,
    options: { startMs?: number; stopMs?: number; vaultKey?: string } = {},
  ) => {
    const file = path.join(home, `${Math.floor(performance.now() * 1_000)}.cjs`);
    await writeFile(file, code);
    const lines: string[] = [];
    const news = new EventEmitter();
    const onLine = (line: string) => {
      lines.push(line);
      news.emit('line');
    };
    const heard = async (count: number) => {
      while (lines.length < count) await once(news, 'line');
    };
    runtime = new LocalRuntime({
      file,
      dataFolder: path.join(home, 'data'),
      startMs: 20_000,
      stopMs: 20_000,
      onLine,
      ...options,
    });
    return { runtime, lines, heard };
  };
  const saying = (line: string, rest = 'process.stdin.resume();') =>
    `process.stdout.write(${JSON.stringify(line)} + '\\n'); ${rest}`;
  const fails = async (code: string, why: RegExp, startMs?: number) => {
    const { runtime } = await start(code, startMs === undefined ? {} : { startMs });
    await assert.rejects(runtime.ready, (error) => {
      assert.ok(error instanceof LocalRuntimeError);
      assert.match(error.message, why);
      return true;
    });
    // Nothing of it stays.
    await runtime.ended();
  };

  it('gives its address and key, and leaves when it is asked to', async () => {
    const { runtime } = await start(
      saying(JSON.stringify(ready), "process.stdin.on('end', () => process.exit(0)).resume();"),
    );
    const { url, apiKey } = await runtime.ready;
    assert.deepEqual([url, apiKey], [ready.url, ready.apiKey]);
    await runtime.stop();
    assert.match(await runtime.ended(), /^(exit code 0|signal SIGTERM)$/);
    await runtime.stop();
  });

  it('is made to leave when it does not want to', async () => {
    const stubborn = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
    const { runtime } = await start(`${stubborn} ${saying(JSON.stringify(ready))}`, { stopMs: 500 });
    await runtime.ready;
    await runtime.stop();
    assert.equal(await runtime.ended(), 'signal SIGKILL');
  });

  it('says its last words when it ends before it listens', () =>
    fails("console.error('The port is taken.'); process.exit(3);", /^The port is taken\.$/));

  it('says how it ended when it had no words', () =>
    fails('process.exit(3);', /^it ended with exit code 3\.$/));

  it('is ended when its first line is another', () =>
    fails(saying('Hello!'), /^its first line is not the ready line: Hello!$/));

  it('is ended when it stays silent', () =>
    fails('setInterval(() => {}, 1000);', /^it was silent for 0\.3 s\.$/, 300));

  it('tells its log line by line, without the ready line', async () => {
    const more = "console.log('second'); console.error('third'); process.stdin.resume();";
    const { runtime, lines, heard } = await start(saying(JSON.stringify(ready), more));
    await runtime.ready;
    await heard(2);
    assert.deepEqual(lines.sort(), ['second', 'third']);
  });

  it('gets model keys and the vault’s, and no key of another server', async () => {
    const names = [
      'OPENAI_API_KEY',
      'TAVORA_API_KEY',
      'TAVORA_URL',
      'TAVORA_CONFIG',
      'NODE_OPTIONS',
      'VSCODE_PID',
    ];
    const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    try {
      for (const name of names) process.env[name] = name === 'NODE_OPTIONS' ? '--no-warnings' : 'kept?';
      const all = JSON.stringify([...names, 'TAVORA_SECRET_KEK']);
      const told = `console.error(JSON.stringify(${all}.filter((name) => process.env[name]))); process.exit(1);`;
      const { runtime } = await start(told, { vaultKey: 'seal' });
      await assert.rejects(runtime.ready, /^LocalRuntimeError: \["OPENAI_API_KEY","TAVORA_SECRET_KEK"\]$/);
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});
