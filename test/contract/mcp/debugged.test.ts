import assert from 'node:assert/strict';
import type { DebugStopped } from '../../../src/protocol';
import { McpBench } from './harness';
import { SmallServer } from './small-server';

describe('MCP: tools in the debugger', () => {
  const bench = new McpBench();
  const small = new SmallServer();
  const calls = () => small.seen.filter((method) => method === 'tools/call').length;

  before(async () => {
    await Promise.all([small.start(), bench.start()]);
    await bench.sync([
      { name: 'desk', url: small.url },
      { name: 'crm', url: small.url },
    ]);
  });
  beforeEach(() => {
    small.seen.length = 0;
  });
  after(async () => {
    await bench.server.dispose();
    await small.stop();
  });

  /** Runs a block that looks 1 up at one server, then 2 and 3 at the other. @returns where it stood, and for what */
  async function debugged(functions: { id: number; name: string; condition?: string }[]): Promise<string[]> {
    const id = await bench.newSession();
    const leave = new AbortController();
    const body = { breakpoints: { lines: [], functions, filters: [] } };
    const events = await bench.server.stream(`/debug/${id}/attach`, body, leave.signal);
    bench.server.model.says(
      "```js\nrequire('crm').look({ id: 1 });\n[2, 3].map((id) => require('desk').look({ id }).text)\n```",
      'Done.',
    );
    const seen: string[] = [];
    try {
      const run = bench.server.run(id, 'Go.');
      for (let event = await events.next(); event; event = await events.next()) {
        if (event.type === 'debug_run' && event.args?.state !== 'started') break;
        if (event.type !== 'debug_stopped') continue;
        const { reason, call, breakpoints } = event.args as DebugStopped;
        seen.push([reason, breakpoints.join(), call?.name, JSON.stringify(call?.args), calls()].join('|'));
        await bench.server.json('POST', `/debug/${id}/command`, { command: 'continue' });
      }
      assert.equal((await run).at(-1)?.type, 'done');
    } finally {
      leave.abort();
    }
    assert.equal(calls(), 3, 'every tool was called in the end');
    return seen;
  }

  it('are stopped at by their name, before the server is called, and other servers’ are not', async () => {
    assert.deepEqual(await debugged([{ id: 5, name: 'desk.look' }]), [
      'function breakpoint|5|desk.look|["desk","look",{"id":2}]|1',
      'function breakpoint|5|desk.look|["desk","look",{"id":3}]|2',
    ]);
  });

  it('are stopped at where a condition holds', async () => {
    assert.deepEqual(await debugged([{ id: 6, name: 'desk.look', condition: 'id === 3' }]), [
      'function breakpoint|6|desk.look|["desk","look",{"id":3}]|2',
    ]);
  });

  it('are all stopped at by the primitive that calls them', async () => {
    const seen = await debugged([{ id: 7, name: 'mcp' }]);
    assert.deepEqual(
      seen.map((one) => one.split('|')[2]),
      ['crm.look', 'desk.look', 'desk.look'],
    );
  });

  it('are not stopped at by half a name', async () => {
    assert.deepEqual(
      await debugged(['look', 'desk', 'desk.'].map((name, index) => ({ id: index, name }))),
      [],
    );
  });
});
