import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Debugging, folder, until } from './adapter';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const skill = 'agents/support/skills/order.js';
const oneOrder = "const found = require('order')({ id: 'A-1' });\nfound.total";
const question = 'What is the total of A-1?';
const model = 'Turn 1: Model:1';

describe('the debug adapter', () => {
  const debug = new Debugging();
  const says = (...replies: string[]) => debug.server.model.says(...replies);

  const said = () => debug.output.join('');
  const sessionNow = async (id: string) =>
    (await debug.server.json<{ session: { status: string } }>('GET', `/agents/${id}`)).body.session;

  afterEach(() => assert.equal(debug.server.model.left, 0));

  describe('with a run', () => {
    it('stops at a line of a skill, with its stack, names and values, and walks back', async () => {
      says(block(oneOrder), 'It is 42.');
      const stop = await debug.start({ input: question }, { lines: [{ line: 8 }] });
      assert.equal(stop.reason, 'breakpoint');
      assert.equal(stop.hitBreakpointIds?.length, 1);
      assert.deepEqual(await debug.stack(), ['order:8', 'block:1', model]);
      assert.equal((await debug.frames())[0]?.source?.path, `${folder}${skill}`);
      assert.deepEqual(await debug.rows('Locals'), ['args = {id: "A-1"}']);
      assert.equal(await debug.evaluate('args.id.length * 14'), '42');
      assert.deepEqual(await debug.go('stepOut'), ['block:2', model]);
      assert.deepEqual(await debug.rows('Locals'), [
        '⤶ order = {id: "A-1", total: 42}',
        'found = {id: "A-1", total: 42}',
      ]);
      // A breakpoint on the way stops, backwards too.
      assert.deepEqual(await debug.go('stepBack'), ['order:8', 'block:1', model]);
      assert.deepEqual(await debug.go('stepBack'), ['order:7', 'block:1', model]);
      assert.deepEqual(await debug.go('continue'), ['order:8', 'block:1', model]);
      assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
      const ended = debug.client.waitForEvent('terminated');
      await debug.client.send('continue', { threadId: 1 });
      await ended;
    });

    it('steps from turn to turn, into blocks and out of them', async () => {
      says(`I look.\n${block('data.a = 1;\ndata.a')}`, 'Done.');
      const stop = await debug.start({ input: 'Go', stopOnEntry: true });
      assert.equal(stop.reason, 'entry');
      const seen = [await debug.stack()];
      for (const move of ['next', 'next', 'stepIn', 'next', 'stepOut', 'next', 'next'] as const) {
        seen.push(await debug.go(move));
      }
      assert.deepEqual(
        seen.map((stack) => stack.join(' < ')),
        [
          'Turn 1: Message:1',
          'Turn 1: Text:1',
          'Turn 1: Model:1',
          `block:1 < ${model}`,
          `block:2 < ${model}`,
          'block:2 < Turn 1: Result:1',
          'Turn 1: Data:1',
          'Turn 2: Answer:1',
        ],
      );
    });

    it('shows what the model was told, what it said, and data as it was', async () => {
      says(block('data.list = [1, { a: 2 }];\ndata.list.length'), 'Two.');
      await debug.start({ input: 'Count' });
      const rows = await debug.rows('Turn');
      assert.ok(rows.includes('answer = "Two."'), rows.join('\n'));
      assert.ok(rows.some((row) => row.startsWith('prompt = "')));
      assert.ok(rows.some((row) => /^messages = \(3\) \[\{role: "user", content: "Count"\}/.test(row)));
      assert.deepEqual(await debug.rows('Data'), ['data = {list: (2) [1, {…}]}']);
      assert.deepEqual(await debug.go('stepBack'), ['Turn 1: Data:1']);
      await debug.go('stepBack');
      await debug.go('stepBack');
      assert.deepEqual(await debug.rows('Data'), ['data = {}']);
    });

    it('opens values as trees, with the JavaScript that gives each part', async () => {
      says(
        block('const map = new Map([["k", [1]]]);\nconst big = { "a b": [undefined, { c: 1 }] };\nbig'),
        'Done.',
      );
      await debug.start({ input: 'Values' });
      // Back over the block, and into it line by line.
      for (const move of ['stepBack', 'stepBack', 'stepIn', 'next', 'next'] as const) await debug.go(move);
      const { id: frameId = 0 } = (await debug.frames())[0] ?? {};
      const { scopes } = (await debug.client.scopesRequest({ frameId })).body;
      const open = async (variablesReference = 0) =>
        (await debug.client.variablesRequest({ variablesReference })).body.variables;
      const locals = await open(scopes[0]?.variablesReference);
      assert.deepEqual(
        locals.map(({ name, value, type }) => `${name}: ${type} = ${value}`),
        ['map: Map = Map(1) {"k" => (1) [1]}', 'big: Object = {a b: (2) [undefined, {…}]}'],
      );
      const [inner] = await open(locals[1]?.variablesReference);
      assert.equal(inner?.evaluateName, 'big["a b"]');
      const items = await open(inner?.variablesReference);
      assert.deepEqual(
        items.map(({ name, value, evaluateName }) => `${name} ${value} ${evaluateName}`),
        ['0 undefined big["a b"][0]', '1 {c: 1} big["a b"][1]'],
      );
    });

    it('asks the person what the run asks, and stops before it when told to', async () => {
      says(block("require('refund')({ id: 'A-1' }).refunded"), 'Refunded.');
      const stop = await debug.start({ input: 'Refund A-1' }, { filters: ['input'] });
      assert.equal(stop.reason, 'input');
      const [call] = await debug.stack();
      assert.equal(call, 'confirm("Refund A-1?"):2');
      assert.deepEqual(await debug.rows('Call'), ['function = "confirm"', 'args = (1) ["Refund A-1?"]']);
      await debug.go('continue');
      assert.equal(debug.editor.asked[0]?.message, 'Refund A-1?');
      assert.deepEqual(await debug.rows('Turn').then((rows) => rows[0]), 'answer = "Refunded."');
    });

    it('stops after a block has failed, with what it says', async () => {
      says(block("require('order')({})"), 'It needs an id.');
      const stop = await debug.start({ input: 'Fail' }, { filters: ['failed'] });
      assert.equal(stop.reason, 'exception');
      const info = (await debug.client.send('exceptionInfo', {
        threadId: 1,
      })) as DebugProtocol.ExceptionInfoResponse;
      assert.match(info.body.description ?? '', /An order needs an id\./);
      await debug.go('continue');
    });

    it('stops at functions by name, with a condition', async () => {
      says(block("['A', 'B'].map((id) => require('order')({ id }).id)"), 'Done.');
      const functions = [{ name: 'order', condition: 'args.id === "B"' }];
      const stop = await debug.start({ input: 'Go' }, {}, functions);
      assert.equal(stop.reason, 'function breakpoint');
      assert.equal(await debug.evaluate('args.id'), '"B"');
      await debug.go('continue');
    });

    it('says what a logpoint says, where it says it', async () => {
      says(block(oneOrder), 'It is 42.');
      const places: string[] = [];
      debug.client.on('output', ({ body }: DebugProtocol.OutputEvent) => {
        if (body.output === 'order A-1\n') places.push(`${body.source?.path}:${body.line}`);
      });
      await debug.start({ input: question }, { lines: [{ line: 8, logMessage: 'order {args.id}' }] });
      assert.deepEqual(places, [`${folder}${skill}:8`]);
      // Going over it again, in what is recorded, says it again, at the same place.
      await debug.go('reverseContinue');
      await debug.go('continue');
      assert.deepEqual(new Set(places), new Set([`${folder}${skill}:8`]));
      assert.ok(places.length > 1, places.join());
    });

    it('runs a frame again as a session of its own', async () => {
      says(block(oneOrder), 'It is 42.');
      await debug.start({ input: question }, { lines: [{ line: 8 }] });
      const first = await debug.frames();
      const stop = debug.stopped();
      await debug.client.send('restartFrame', { frameId: first[0]?.id });
      assert.equal((await stop).reason, 'entry');
      assert.deepEqual(await debug.go('continue'), ['order:8', 'block:1', model]);
      assert.equal(await debug.evaluate('args.id'), '"A-1"');
      assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
      const { body } = await debug.server.json<{ sessions: { metadata: Record<string, unknown> }[] }>(
        'GET',
        '/agents',
      );
      assert.equal(body.sessions[0]?.metadata.from_step, 2);
    });

    it('ends the run that it started when it is disconnected', async () => {
      says(block(oneOrder));
      await debug.start({ input: question }, { lines: [{ line: 8 }] });
      await debug.client.disconnectRequest({});
      const ended = async () => {
        const { body } = await debug.server.json<{ sessions: { status: string }[] }>('GET', '/agents');
        return body.sessions[0]?.status === 'cancelled';
      };
      await until(ended);
    });

    it('stops a run that somebody else started, and lets it go on when it leaves', async () => {
      const id = await debug.editor.open({ request: 'launch', agent: 'support' });
      says(block(oneOrder), 'It is 42.');
      const starting = debug.start({ request: 'attach', session: id }, { lines: [{ line: 8 }] });
      const attached = async () =>
        (await debug.server.json<{ attached: boolean }>('GET', `/debug/${id}`)).body.attached;
      await until(attached);
      const run = debug.server.run(id, question);
      assert.equal((await starting).reason, 'breakpoint');
      assert.deepEqual(await debug.stack(), ['order:8', 'block:1', model]);
      await debug.client.disconnectRequest({});
      await run;
    });

    it('follows a run that waits for an answer, and goes on with it', async () => {
      const id = await debug.editor.open({ request: 'launch', agent: 'support' });
      says(block("require('refund')({ id: 'A-1' }).refunded"), 'Refunded.');
      const run = debug.server.run(id, 'Refund A-1');
      await until(async () => (await sessionNow(id)).status === 'waiting');
      const starting = debug.start({ request: 'attach', session: id, stopOnEntry: true });
      await until(() => said().includes('“Refund A-1?” Press Pause to be asked.'));
      await debug.client.pauseRequest({ threadId: 1 });
      assert.equal((await starting).reason, 'entry');
      assert.deepEqual(
        debug.editor.asked.map(({ message }) => message),
        ['Refund A-1?'],
      );
      await debug.client.send('continue', { threadId: 1 });
      await until(() => said().includes('The run has ended: completed.'));
      await run;
    });

    it('asks again what the person has left unanswered', async () => {
      says(block("require('refund')({ id: 'A-1' }).refunded"), 'Refunded.');
      debug.editor.answer = undefined;
      const starting = debug.start({ input: 'Refund A-1' });
      await until(() => said().includes('The agent waits for an answer: “Refund A-1?”'));
      debug.editor.answer = true;
      await debug.client.pauseRequest({ threadId: 1 });
      assert.equal((await starting).reason, 'end');
      assert.equal(debug.editor.asked.length, 2);
      assert.equal((await debug.rows('Turn'))[0], 'answer = "Refunded."');
    });
  });

  describe('refuses', () => {
    const failing: [string, Record<string, unknown>, RegExp][] = [
      ['a launch without input', { agent: 'support' }, /"input" is missing/],
      ['a launch of nothing but spaces', { agent: 'support', input: '  ' }, /"input" is missing/],
      ['a session that is not there', { session: 'nobody' }, /not found/i],
    ];
    for (const [what, config, message] of failing) {
      it(what, async () => {
        await debug.client.initializeRequest();
        await debug.client.configurationDoneRequest();
        await assert.rejects(debug.client.launchRequest(config as never), message);
      });
    }

    it('to attach to nothing', async () => {
      await debug.client.initializeRequest();
      await debug.client.configurationDoneRequest();
      await assert.rejects(debug.client.attachRequest({} as never), /"session" is missing/);
    });

    it('breakpoints in files that no agent has, and on lines where nothing runs', async () => {
      await debug.client.initializeRequest();
      const set = async (path: string, line: number) =>
        (await debug.client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] })).body
          .breakpoints[0];
      assert.match((await set('/elsewhere/a.js', 1))?.message ?? '', /not one of a Tavora project/);
      assert.match((await set(`${folder}${skill}`, 99))?.message ?? '', /Nothing runs on this line/);
      const moved = await set(`${folder}${skill}`, 2);
      assert.deepEqual([moved?.verified, moved?.line], [true, 6]);
    });

    it('nothing of a function that nobody has, but does not promise to stop there', async () => {
      await debug.client.initializeRequest();
      const names = ['fetch', 'order', 'crm.find', 'ordre', 'crm.', 'toString'];
      const { breakpoints } = (
        await debug.client.setFunctionBreakpointsRequest({ breakpoints: names.map((name) => ({ name })) })
      ).body;
      assert.deepEqual(
        breakpoints.map(({ verified }) => verified),
        [true, true, true, false, false, false],
      );
      assert.match(breakpoints[3]?.message ?? '', /called “ordre”/);
    });

    it('what it has no frame for', async () => {
      await debug.client.initializeRequest();
      await assert.rejects(debug.client.send('restartFrame', { frameId: 7 }), /not known any more/);
      await assert.rejects(debug.client.sourceRequest({ sourceReference: 99 }), /not known any more/);
      await assert.rejects(debug.client.evaluateRequest({ expression: '1' }), /before the run stands still/);
    });
  });
});
