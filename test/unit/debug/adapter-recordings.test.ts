import assert from 'node:assert/strict';
import { Debugging, inFront, withoutDebugger } from './adapter';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const question = 'What is the total of A-1?';
const model = 'Turn 1: Model:1';

describe('the debug adapter', () => {
  const debug = new Debugging();
  const says = (...replies: string[]) => debug.server.model.says(...replies);
  const said = () => debug.output.join('');

  afterEach(() => assert.equal(debug.server.model.left, 0));

  describe('with a recording', () => {
    it('walks through what a run without a debugger has left', async () => {
      const id = await debug.recorded(
        question,
        block("const n = listIndexes().length;\nlog('seen', n);\nrequire('order')({})"),
        'It failed.',
      );
      const stop = await debug.start({ session: id });
      assert.equal(stop.reason, 'entry');
      const seen = [await debug.stack()];
      for (let step = 0; step < 5; step++) seen.push(await debug.go('stepIn'));
      assert.deepEqual(
        seen.map((stack) => stack.join(' < ')),
        [
          'Turn 1: Message:1',
          'Turn 1: Model:1',
          `listIndexes():1 < block:1 < ${model}`,
          `log("seen 0"):1 < block:1 < ${model}`,
          // The text of the skill was not recorded, only where it failed.
          'order.js:0 < block:1 < Turn 1: Result:1',
          'Turn 2: Answer:1',
        ],
      );
      assert.deepEqual(await debug.go('reverseContinue'), ['Turn 1: Message:1']);
    });

    it('shows the line of a skill that asked where no lines were recorded, and what was asked', async () => {
      const id = await debug.editor.open({ request: 'launch', agent: 'support' });
      says(block("require('refund')({ id: 'A-1' })"), 'Refunded.');
      const stream = await debug.server.stream(`/agents/${id}/run`, { message: 'Refund A-1' });
      const { request_id } = (await stream.until('input_request')).args ?? {};
      await debug.server.json('POST', `/agents/${id}/input`, { request_id, value: true });
      await stream.rest();
      await debug.start({ session: id }, { filters: ['input'] });
      const stack = await debug.go('continue');
      assert.match(stack.join(' < '), /^confirm\(\):\d+ < refund\.js:\d+ < block:1 < Turn 1: Model:1$/);
      const [, question] = await debug.rows('Call');
      assert.match(question ?? '', /^question = \{request_id: /);
      assert.doesNotMatch(question ?? '', /called_from/);
    });

    it('stops in it at functions and at errors, in both directions', async () => {
      const id = await debug.recorded(question, block("listIndexes();\nrequire('order')({})"), 'It failed.');
      await debug.start({ session: id }, { filters: ['failed'] }, [{ name: 'listIndexes' }]);
      assert.equal((await debug.go('continue'))[0], 'listIndexes():1');
      assert.deepEqual(await debug.rows('Call').then((rows) => rows.slice(0, 3)), [
        'function = "listIndexes"',
        'args = (0) []',
        'result = (0) []',
      ]);
      assert.equal((await debug.go('continue')).at(-1), 'Turn 1: Result:1');
      assert.equal((await debug.go('reverseContinue'))[0], 'listIndexes():1');
    });

    it('stops in it where a skill has thrown: at the line that was recorded, else at the result', async () => {
      const bare = await debug.recorded(question, block("require('order')({})"), 'It failed.');
      const filters = { filters: ['thrown'] };
      await debug.start({ session: bare }, filters);
      assert.equal((await debug.go('continue')).at(-1), 'Turn 1: Result:1');

      await debug.again();
      says(block("require('order')({})"), 'It failed.');
      await debug.start({ input: 'Again' });
      const { body } = await debug.server.json<{ sessions: { id: string }[] }>('GET', '/agents');
      await debug.again();
      await debug.start({ session: body.sessions[0]?.id }, filters);
      assert.match((await debug.go('continue'))[0] ?? '', /^order:\d+$/);
    });

    it('has lines and names where the run was debugged, and evaluates there', async () => {
      says(block("['A', 'B', 'C'].map((id) => require('order')({ id }).id)"), 'Done.');
      await debug.start({ input: 'Three' });
      const { body } = await debug.server.json<{ sessions: { id: string }[] }>('GET', '/agents');
      await debug.again();
      await debug.start(
        { session: body.sessions[0]?.id },
        { lines: [{ line: 8, condition: 'args.id > "A"', hitCondition: '2' }] },
      );
      assert.equal((await debug.go('continue'))[0], 'order:8');
      assert.equal(await debug.evaluate('args.id + args.id'), '"CC"');
      assert.equal(await debug.evaluate('args', 0, 'hover'), '{id: "C"}');
      await assert.rejects(debug.evaluate('fetch("https://example.com")'), /not called with these arguments/);
      await assert.rejects(debug.evaluate('args.id = fetch()', 0, 'hover'), /Only names/);
    });
  });

  describe('with a recording that is full', () => {
    it('says so once, when it is opened and when a run fills it', async () => {
      const id = await debug.recorded(question, 'Nothing.');
      let truncated = true;
      const full = { type: 'debug_points', args: { points: [], full: true } };
      const events = [{ type: 'debug_attached', args: { session_id: id } }, full, full];
      const front = await inFront(debug.server, ({ method, url }, answer) => {
        if (method === 'GET' && url?.endsWith(`/debug/${id}`)) {
          answer.writeHead(200, { 'content-type': 'application/json' });
          answer.end(JSON.stringify({ attached: false, points: [], truncated, sources: [] }));
          return true;
        }
        if (!url?.endsWith('/attach')) return false;
        answer.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of events) answer.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        return true;
      });
      debug.editor.url = front.url;
      const times = () => said().split('The recording of lines is full').length - 1;
      await debug.start({ session: id });
      assert.equal(times(), 1);
      await debug.again();
      debug.output.length = 0;
      truncated = false;
      const output = debug.client.waitForEvent('output');
      void debug.start({ request: 'attach', session: id });
      await output;
      // Answered after both events were read.
      await debug.client.threadsRequest();
      assert.equal(times(), 1);
      front.close();
    });
  });

  describe('with a server that has no debugger', () => {
    it('shows what the trace holds once the run has ended, and replays from there', async () => {
      const front = await withoutDebugger(debug.server);
      debug.editor.url = front.url;
      says(block('data.order = { id: "A-1" };\nlistIndexes().length'), 'None.');
      const stop = await debug.start({ input: question }, { lines: [{ line: 8 }] });
      assert.equal(stop.reason, 'end');
      assert.match(debug.output.join(''), /This server has no debugger/);
      await debug.go('stepBack');
      await debug.go('stepBack');
      assert.deepEqual(await debug.stack(), ['block:1', 'Turn 1: Result:1']);
      assert.equal(await debug.evaluate('data.order.id'), '"A-1"');
      await assert.rejects(debug.evaluate('data.order.id + 1'), /only paths such as/);
      says('Still none.');
      const replayed = debug.stopped();
      await debug.client.send('restartFrame', { frameId: (await debug.frames())[1]?.id });
      // From the model's reply on: it is asked anew.
      assert.equal((await replayed).reason, 'end');
      assert.deepEqual(await debug.rows('Turn').then((rows) => rows[0]), 'answer = "Still none."');
      front.close();
    });
  });
});
