import assert from 'node:assert/strict';
import { Bench } from './harness';

describe('sandbox: limits', () => {
  const bench = new Bench();
  const quick = { timeMs: 200 };

  const endless: [what: string, source: string][] = [
    ['an endless loop', 'for (;;);'],
    ['an endless loop that catches everything', 'for (;;) { try { for (;;); } catch {} finally {} }'],
    ['an endless chain of promises', 'const again = () => Promise.resolve().then(again); again()'],
    ['a regular expression that backtracks', '/^(a+)+$/.test("a".repeat(50) + "b")'],
    ['an endless getter', 'const o = { get x() { for (;;); } }; o.x'],
    ['an endless proxy', 'new Proxy({}, { get() { for (;;); } }).x'],
    ['an endless toJSON of the result', '({ toJSON() { for (;;); } })'],
    ['an endless generator spread', '[...(function* () { for (;;) yield 1 })()].length'],
  ];
  for (const [what, source] of endless) {
    it(`stops ${what}`, async () => {
      const result = await bench.run(source, { limits: quick });
      // What only fails while its value is read still shows that it did.
      if (result.error) assert.equal(result.error.kind, 'timeout', result.formatted);
      else assert.match(result.formatted, /unreadable|interrupted/);
    });
  }

  it('says in a sentence that the time is over, and where', async () => {
    const error = await bench.failure('1;\nwhile (true) {}', { limits: quick });
    assert.equal(
      error.message,
      'The block computed for more than 0.2 s and was stopped (block 1:2). Look for a loop that never ends.',
    );
  });

  it('kills a built-in function that cannot be interrupted, and goes on with data', async () => {
    // What it does before and after must fit, on a slow machine too.
    const sandbox = await bench.open({ limits: { timeMs: 1_000 }, data: { before: 1 } });
    await sandbox.run('data.kept = 2');
    const result = await sandbox.run('data.lost = 3; new Array(4e8).join("")');
    assert.ok(result.error?.kind === 'timeout' || result.error?.kind === 'memory', result.formatted);
    assert.equal((await sandbox.run('data.before + data.kept')).value, 3);
  }).timeout(20_000);

  it('does not count the time in which it waits for an answer', async () => {
    const call = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 600));
    const limits = { timeMs: 1_000 };
    assert.equal(await bench.value('search("x"); search("y"); 1', { limits, call }), 1);
  });

  const hungry: [what: string, source: string][] = [
    ['a list that grows', 'const all = []; for (;;) all.push(new Array(1000).fill(7))'],
    ['a text that doubles', 'let text = "x"; for (;;) text += text'],
    ['one huge text', '"x".repeat(2 ** 29)'],
    ['one huge buffer', 'new ArrayBuffer(2 ** 30)'],
    ['objects in objects', 'let last = {}; for (;;) last = { last, pad: new Array(100).fill(0) }'],
  ];
  for (const [what, source] of hungry) {
    it(`stops ${what} at the memory limit`, async () => {
      const limits = { memoryBytes: 8 * 1024 * 1024 };
      const error = await bench.failure(source, { limits });
      assert.equal(error.kind, 'memory', error.message);
      assert.match(error.message, /more than 8 MB of memory/);
    });
  }

  it('is usable after the memory ran out', async () => {
    const sandbox = await bench.open({ limits: { memoryBytes: 8 * 1024 * 1024 } });
    assert.equal((await sandbox.run('(() => { const all = []; for (;;) all.push([1, 2, 3]) })()')).ok, false);
    assert.equal((await sandbox.run('data.a = 1; 2')).value, 2);
  });

  const deep: [what: string, source: string][] = [
    ['a function that calls itself', 'function f() { return f() + 1 } f()'],
    ['a getter that asks itself', 'class A { get x() { return this.x } } new A().x'],
    ['map inside map', 'const f = () => [1].map(f); f()'],
    ['deeply nested JSON', 'JSON.parse("[".repeat(200000))'],
    ['deeply nested code made from text', 'eval("(".repeat(200000))'],
    ['proxies around proxies', 'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x'],
    ['a skill that requires itself by calling', 'require("self")()'],
  ];
  for (const [what, source] of deep) {
    it(`stops ${what} at the stack limit`, async () => {
      const skills = [{ name: 'self', path: 'skills/self.js', source: 'return require("self")()' }];
      const error = await bench.failure(source, { skills });
      assert.equal(error.kind, 'stack', error.message);
    });
  }

  it('reads a block that is nested too deeply as one that cannot be read', async () => {
    assert.equal((await bench.failure('['.repeat(100_000))).kind, 'syntax');
  });

  it('stops at once when the run is cancelled', async () => {
    const sandbox = await bench.open();
    const controller = new AbortController();
    const running = sandbox.run('log("begun"); for (;;);', controller.signal);
    while (bench.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    const result = await running;
    assert.equal(result.error?.kind, 'aborted');
    assert.deepEqual(result.logs, ['begun']);
    assert.equal((await sandbox.run('3')).value, 3);
  });

  it('keeps what a cancelled block wrote into data', async () => {
    const sandbox = await bench.open();
    const controller = new AbortController();
    const running = sandbox.run(
      'data.rows = Array.from({ length: 20000 }, (_, i) => i); log("begun"); for (;;);',
      controller.signal,
    );
    while (bench.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    const { changed } = await running;
    assert.equal((changed.rows as unknown[]).length, 20_000);
  });

  it('refuses an answer of the host that is too large for its memory', async () => {
    const call = async (): Promise<unknown> => 'x'.repeat(10_000_000);
    const sandbox = await bench.open({ call });
    const result = await sandbox.run('search("everything")');
    assert.match(result.error?.message ?? '', /The answer of search is too large for the sandbox: 10 MB/);
    assert.equal((await sandbox.run('1 + 1')).value, 2);
  });

  it('tells the host call that nobody waits any more', async () => {
    const controller = new AbortController();
    let told: AbortSignal | undefined;
    const sandbox = await bench.open({
      call: (_name, _args, signal) => {
        told = signal;
        controller.abort();
        return new Promise(() => {});
      },
    });
    const result = await sandbox.run('search("x"); for (;;);', controller.signal);
    assert.equal(result.error?.kind, 'aborted');
    assert.equal(told?.aborted, true);
  });

  it('does not begin a block of a run that is cancelled already', async () => {
    const sandbox = await bench.open();
    const result = await sandbox.run('for (;;);', AbortSignal.abort());
    assert.equal(result.error?.kind, 'aborted');
  });
});
