import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { AgentSession } from '../../../src/protocol';
import { Debugging, inFront, until } from './adapter';

const block =
  "```js\nconst found = require('order')({ id: 'A-1' });\nconfirm('Is it ' + found.total + '?');\n```";
const input = 'What is the total of A-1?';

describe('a debug session whose connection is cut', () => {
  const debug = new Debugging();
  let front: Awaited<ReturnType<typeof inFront>>;
  let id = '';
  /** The answers that are being streamed, by the end of their paths. */
  const streams = new Map<string, ServerResponse>();
  /** End of the path of an answer in whose place nothing comes. */
  let silent = '';

  beforeEach(async () => {
    silent = '';
    front = await inFront(debug.server, ({ url }, answer) => {
      const path = url?.split('/').at(-1) ?? '';
      streams.set(path, answer);
      if (path !== silent) return false;
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      return true;
    });
    debug.editor.url = front.url;
    const open = debug.editor.open.bind(debug.editor);
    debug.editor.open = async (config) => {
      id = await open(config);
      return id;
    };
  });
  afterEach(() => front.close());

  const session = async () =>
    (await debug.server.json<{ session: AgentSession }>('GET', `/agents/${id}`)).body.session;

  for (const stream of ['attach', 'run']) {
    it(`has the run go on that it began, to be debugged again: ${stream}`, async () => {
      debug.server.model.says(block, 'It is 42.');
      await debug.start({ input }, { lines: [{ line: 8 }] });
      const ended = debug.client.waitForEvent('terminated');
      streams.get(stream)?.destroy();
      await ended;
      await debug.client.disconnectRequest({});
      await until(async () => (await session()).status === 'waiting');
      const [[lost, why = ''] = [], ...others] = debug.editor.gone;
      assert.equal(lost, id);
      assert.match(why, /^The debug session has lost the runtime\. .*broke off in the middle of the run/);
      assert.deepEqual(others, []);
      await debug.again();
      const starting = debug.start({ request: 'attach', session: id, stopOnEntry: true });
      await until(() => debug.output.join('').includes('Press Pause to be asked.'));
      await debug.client.pauseRequest({ threadId: 1 });
      await starting;
      assert.equal(debug.editor.asked.length, 1);
      await debug.client.send('continue', { threadId: 1 });
      await until(() => debug.output.join('').includes('The run has ended: completed.'));
      assert.equal(debug.server.model.left, 0);
    });
  }

  it('says that the server has fallen silent', async () => {
    debug.editor.silenceMs = 200;
    silent = 'attach';
    await assert.rejects(debug.start({ input }), /lost the runtime\. Nothing came from the server for/);
  });
});
