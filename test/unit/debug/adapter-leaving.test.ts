import assert from 'node:assert/strict';
import type { AgentSession } from '../../../src/protocol';
import { Debugging, inFront, refuse, until } from './adapter';

describe('leaving the debug adapter', () => {
  const debug = new Debugging();

  it('ends a replay whose session was not known yet', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const front = await inFront(debug.server, (incoming, answer) => {
      // A debugger would be told of the session by itself.
      if (incoming.url?.includes('/debug/')) return refuse(answer, 404, 'No such path.');
      if (!incoming.url?.endsWith('/replay')) return false;
      // The server has begun it; what it says of that is still on its way.
      void (async () => {
        const { pathname } = new URL(incoming.url ?? '', 'http://any');
        const gone = new AbortController();
        answer.on('close', () => gone.abort());
        const chunks: Buffer[] = await incoming.toArray();
        const response = await debug.server.request(
          'POST',
          pathname.replace('/api/sdk', ''),
          Buffer.concat(chunks).toString(),
          { signal: gone.signal },
        );
        answer.writeHead(response.status, { 'content-type': 'text/event-stream' });
        answer.flushHeaders();
        await released;
        for await (const part of response.body ?? []) answer.write(part);
      })().catch(() => answer.destroy());
      return true;
    });
    debug.editor.url = front.url;
    debug.server.model.says('It is 42.');
    await debug.start({ input: 'What is the total of A-1?' });
    await debug.go('stepBack');
    // Goes on for as long as nobody answers it or ends it.
    debug.server.model.says("```js\nconfirm('Sure?')\n```");
    await debug.client.send('restartFrame', { frameId: (await debug.frames())[0]?.id });
    const replay = async () => {
      const { body } = await debug.server.json<{ sessions: AgentSession[] }>('GET', '/agents');
      return body.sessions.find(({ metadata }) => metadata?.from_step !== undefined);
    };
    await until(async () => (await replay()) !== undefined);
    await debug.client.disconnectRequest({});
    release();
    await until(async () => (await replay())?.status === 'cancelled');
    front.close();
  });

  describe('once a replay was refused', () => {
    const block = "```js\nrequire('order')({ id: 'A-1' }).total\n```";
    let front: Awaited<ReturnType<typeof inFront>>;

    beforeEach(async () => {
      front = await inFront(
        debug.server,
        ({ url }, answer) => url?.endsWith('/replay') === true && refuse(answer, 400, 'No such step.'),
      );
      debug.editor.url = front.url;
    });
    afterEach(() => front.close());

    const statusOf = async (id: string) =>
      (await debug.server.json<{ session: AgentSession }>('GET', `/agents/${id}`)).body.session.status;
    const refused = async () => {
      const ended = debug.client.waitForEvent('terminated');
      await debug.client.send('restartFrame', { frameId: (await debug.frames())[0]?.id });
      await ended;
      assert.match(debug.output.join(''), /No such step/);
    };

    it('lets the run go on that somebody else has begun', async () => {
      const id = await debug.editor.open({ request: 'launch', agent: 'support' });
      debug.server.model.says(block, 'It is 42.');
      const starting = debug.start({ request: 'attach', session: id }, { lines: [{ line: 8 }] });
      await until(
        async () => (await debug.server.json<{ attached: boolean }>('GET', `/debug/${id}`)).body.attached,
      );
      const run = debug.server.run(id, 'What is the total of A-1?');
      await starting;
      await refused();
      await debug.client.disconnectRequest({});
      await run;
      assert.equal(await statusOf(id), 'completed');
    });

    it('ends the run that it has begun itself', async () => {
      let id = '';
      const open = debug.editor.open.bind(debug.editor);
      debug.editor.open = async (config) => {
        id = await open(config);
        return id;
      };
      debug.server.model.says(block);
      await debug.start({ input: 'What is the total of A-1?' }, { lines: [{ line: 8 }] });
      await refused();
      await debug.client.disconnectRequest({});
      await until(async () => (await statusOf(id)) === 'cancelled');
    });
  });
});
