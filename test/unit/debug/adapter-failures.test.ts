import assert from 'node:assert/strict';
import { Debugging, inFront, refuse, until } from './adapter';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const oneOrder = "const found = require('order')({ id: 'A-1' });\nfound.total";
const question = 'What is the total of A-1?';

describe('the debug adapter', () => {
  const debug = new Debugging();
  const says = (...replies: string[]) => debug.server.model.says(...replies);
  const said = () => debug.output.join('');
  const sessionNow = async (id: string) =>
    (await debug.server.json<{ session: { status: string } }>('GET', `/agents/${id}`)).body.session;

  afterEach(() => assert.equal(debug.server.model.left, 0));

  describe('when something breaks', () => {
    it('ends with a sentence when a replay cannot be read', async () => {
      let broken = false;
      const front = await inFront(
        debug.server,
        ({ method, url }, answer) =>
          broken &&
          method === 'GET' &&
          /\/studio\/[^/]+$/.test(url ?? '') &&
          refuse(answer, 400, 'The trace is out of order.'),
      );
      debug.editor.url = front.url;
      says(block(oneOrder));
      await debug.start({ input: question }, { lines: [{ line: 8 }] });
      const [top] = await debug.frames();
      broken = true;
      const ended = debug.client.waitForEvent('terminated');
      await debug.client.send('restartFrame', { frameId: top?.id });
      await ended;
      assert.match(said(), /The trace is out of order/);
      front.close();
    });

    it('ends with a sentence when the server says what cannot be read', async () => {
      const id = await debug.recorded(question, 'Nothing.');
      const front = await inFront(debug.server, ({ url }, answer) => {
        if (!url?.endsWith('/attach')) return false;
        answer.writeHead(200, { 'content-type': 'text/event-stream' });
        const attached = JSON.stringify({ type: 'debug_attached', args: { session_id: id } });
        const garbled = JSON.stringify({ type: 'debug_step', args: { step: 7 } });
        answer.write(`event: debug_attached\ndata: ${attached}\n\nevent: debug_step\ndata: ${garbled}\n\n`);
        return true;
      });
      debug.editor.url = front.url;
      const ended = debug.client.waitForEvent('terminated');
      void debug.start({ request: 'attach', session: id });
      await ended;
      assert.match(said(), /an event “debug_step” that cannot be read/);
      front.close();
    });

    it('refuses to start when the server ends the connection before it has attached', async () => {
      const id = await debug.recorded(question, 'Nothing.');
      const front = await inFront(debug.server, ({ url }, answer) => {
        if (!url?.endsWith('/attach')) return false;
        answer.writeHead(200, { 'content-type': 'text/event-stream' }).end();
        return true;
      });
      debug.editor.url = front.url;
      await debug.client.initializeRequest();
      await debug.client.configurationDoneRequest();
      await assert.rejects(
        debug.client.attachRequest({ session: id } as never),
        /The debug session has lost the runtime/,
      );
      front.close();
    });

    it('says that it has lost the runtime when that goes before it has answered to the run', async () => {
      const front = await inFront(debug.server, ({ url }, answer) => {
        if (!url?.endsWith('/run')) return false;
        answer.destroy();
        return true;
      });
      debug.editor.url = front.url;
      const ended = debug.client.waitForEvent('terminated');
      void debug.start({ request: 'launch', agent: 'support', input: question });
      await ended;
      assert.match(said(), /The debug session has lost the runtime\. .*closed the connection/);
      front.close();
    });

    it('says why an answer did not arrive, and has what was typed when it asks again', async () => {
      let broken = true;
      const front = await inFront(
        debug.server,
        ({ url }, answer) =>
          broken && url?.endsWith('/input') === true && refuse(answer, 500, 'The disk is full.'),
      );
      debug.editor.url = front.url;
      debug.editor.answer = 'the blue one';
      says(block("input('Which one?')"), 'Done.');
      const starting = debug.start({ input: question });
      await until(() => said().includes('Press Pause to be asked.'));
      assert.match(said(), /Your answer did not arrive: The disk is full /);
      broken = false;
      await debug.client.pauseRequest({ threadId: 1 });
      assert.equal((await starting).reason, 'end');
      assert.deepEqual(debug.editor.typed, [undefined, 'the blue one']);
      front.close();
    });

    it('gives up opening a session when it is disconnected meanwhile', async () => {
      let opening: AbortSignal | undefined;
      debug.editor.open = (_config, signal) => {
        opening = signal;
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      };
      await debug.client.initializeRequest();
      await debug.client.configurationDoneRequest();
      const launched = debug.client.launchRequest({ agent: 'support', input: question } as never);
      await Promise.all([
        assert.rejects(launched),
        until(() => opening !== undefined).then(() => debug.client.disconnectRequest({})),
      ]);
      assert.equal(opening?.aborted, true);
    });

    it('runs nothing when it is disconnected while it attaches', async () => {
      let release: () => void = () => undefined;
      let id = '';
      const front = await inFront(debug.server, ({ url }, answer) => {
        if (!url?.endsWith('/attach')) return false;
        answer.writeHead(200, { 'content-type': 'text/event-stream' });
        const attached = JSON.stringify({ type: 'debug_attached', args: { session_id: id } });
        release = () => answer.write(`event: debug_attached\ndata: ${attached}\n\n`);
        answer.flushHeaders();
        return true;
      });
      debug.editor.url = front.url;
      const open = debug.editor.open.bind(debug.editor);
      debug.editor.open = async (config) => {
        id = await open(config);
        return id;
      };
      const waits = release;
      await debug.client.initializeRequest();
      await debug.client.configurationDoneRequest();
      const launched = debug.client.launchRequest({ agent: 'support', input: question } as never);
      const refused = assert.rejects(launched);
      await until(() => release !== waits);
      await debug.client.disconnectRequest({});
      release();
      await refused;
      assert.equal((await sessionNow(id)).status, 'idle');
      front.close();
    });
  });
});
