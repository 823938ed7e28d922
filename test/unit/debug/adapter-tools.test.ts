import assert from 'node:assert/strict';
import { SmallServer } from '../../contract/mcp/small-server';
import { sampleFiles } from '../../contract/support/manifest';
import { Debugging } from './adapter';

const config = 'agents/support/agent.jsonc';
const looks = "```js\n[1, 2].map((id) => require('crm').look({ id }).text)\n```";

describe('breakpoints of the debug adapter on tools of an MCP server', () => {
  const debug = new Debugging();
  const small = new SmallServer();
  const calls = () => small.seen.filter((method) => method === 'tools/call').length;

  before(() => small.start());
  after(() => small.stop());
  beforeEach(() => {
    const agent = JSON.parse(sampleFiles()[config] ?? '');
    const mcp = [{ name: 'crm', url: small.url }];
    debug.editor.files = sampleFiles({ [config]: JSON.stringify({ ...agent, mcp }) });
    small.seen.length = 0;
  });

  it('stop a run before each call, with the values of the script there', async () => {
    debug.server.model.says(looks, 'Done.');
    const { reason } = await debug.start({ input: 'Go' }, {}, [{ name: 'crm.look' }]);
    assert.equal(reason, 'function breakpoint');
    assert.equal(calls(), 0);
    assert.equal(await debug.evaluate('id'), '1');
    const second = debug.stopped();
    await debug.client.send('continue', { threadId: 1 });
    assert.equal((await second).reason, 'function breakpoint');
    assert.equal(calls(), 1);
    assert.equal(await debug.evaluate('id'), '2');
    const end = debug.stopped();
    await debug.client.send('continue', { threadId: 1 });
    assert.equal((await end).reason, 'end');
    assert.equal(calls(), 2);
  });

  it('stop a recording at each call, both ways, without calling the server again', async () => {
    const session = await debug.recorded('Go', looks, 'Done.');
    assert.equal(calls(), 2);
    await debug.start({ session }, {}, [{ name: 'crm.look' }]);
    const top = async (way: 'continue' | 'reverseContinue') => (await debug.go(way))[0];
    assert.equal(await top('continue'), 'mcp("crm", "look", {"id":1}):1');
    assert.equal(await top('continue'), 'mcp("crm", "look", {"id":2}):1');
    assert.equal(await top('continue'), 'Turn 2: Answer:1');
    assert.equal(await top('reverseContinue'), 'mcp("crm", "look", {"id":2}):1');
    assert.equal(await top('reverseContinue'), 'mcp("crm", "look", {"id":1}):1');
    assert.equal(calls(), 2);
  });

  it('pass what has half their name', async () => {
    const session = await debug.recorded('Go', looks, 'Done.');
    const names = ['look', 'crm', 'crm.'].map((name) => ({ name }));
    await debug.start({ session }, {}, names);
    assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
    await debug.again();
    debug.server.model.says(looks, 'Done.');
    assert.equal((await debug.start({ input: 'Go' }, {}, names)).reason, 'end');
  });
});
