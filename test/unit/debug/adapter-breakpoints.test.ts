import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Debugging, folder, inFront, refuse, until, withoutDebugger } from './adapter';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const skill = 'agents/support/skills/order.js';

describe('breakpoints of the debug adapter', () => {
  const debug = new Debugging();

  /** Runs a message in a debugger to its end. @returns the session's id */
  async function debugged(source: string): Promise<string> {
    debug.server.model.says(block(source), 'Done.');
    await debug.start({ input: 'Go' });
    const { body } = await debug.server.json<{ sessions: { id: string }[] }>('GET', '/agents');
    await debug.again();
    return body.sessions[0]?.id ?? '';
  }

  describe('in a file that was edited since the session ran', () => {
    const changed: DebugProtocol.Breakpoint[] = [];
    let session = '';

    beforeEach(async () => {
      session ||= await debugged("require('order')({ id: 'A-1' }).total");
      changed.length = 0;
      debug.client.on('breakpoint', ({ body }: DebugProtocol.BreakpointEvent) => {
        assert.equal(body.reason, 'changed');
        changed.push(body.breakpoint);
      });
    });

    const edit = () => {
      debug.editor.files = { ...debug.editor.files, [skill]: `// Edited.\n${debug.editor.files[skill]}` };
    };

    it('are said not to stop, and do not', async () => {
      edit();
      await debug.start({ session }, { lines: [{ line: 8 }, { line: 9 }] });
      assert.deepEqual(
        changed.map(({ verified }) => verified),
        [false, false],
      );
      assert.match(changed[0]?.message ?? '', /^The session ran another text of this file\./);
      assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
    });

    it('stop where they are set in the text that ran, whatever is set in the file', async () => {
      edit();
      await debug.start({ session });
      let [top] = await debug.frames();
      while (top?.name !== 'order') {
        await debug.go('stepIn');
        [top] = await debug.frames();
      }
      const source = top.source;
      assert.ok(source?.sourceReference);
      const { body } = await debug.client.setBreakpointsRequest({ source, breakpoints: [{ line: 8 }] });
      assert.deepEqual(
        body.breakpoints.map(({ verified, line }) => ({ verified, line })),
        [{ verified: true, line: 8 }],
      );
      await debug.client.setBreakpointsRequest({ source: { path: folder + skill }, breakpoints: [] });
      await debug.go('reverseContinue');
      assert.equal((await debug.go('continue'))[0], 'order:8');
    });

    it('stop as they were said to when the file is as it ran', async () => {
      await debug.start({ session }, { lines: [{ line: 8 }] });
      assert.deepEqual(changed, []);
      assert.equal((await debug.go('continue'))[0], 'order:8');
    });
  });

  describe('in a session of which no lines were recorded', () => {
    const source = "require('order')({ id: 'A-1' }).total";
    const told = (): DebugProtocol.Breakpoint[] => {
      const changed: DebugProtocol.Breakpoint[] = [];
      debug.client.on('breakpoint', ({ body }: DebugProtocol.BreakpointEvent) =>
        changed.push(body.breakpoint),
      );
      return changed;
    };

    it('are said not to stop, with the reason, until a replay runs the lines', async () => {
      const session = await debug.recorded('Go', block(source), 'Done.');
      const changed = told();
      await debug.start({ session }, { lines: [{ line: 8 }] });
      const why = /^No lines were recorded when this session ran, so that nothing stops here\. Replay it/;
      assert.equal(changed.at(-1)?.verified, false);
      assert.match(changed.at(-1)?.message ?? '', why);
      const { body } = await debug.client.setBreakpointsRequest({
        source: { path: folder + skill },
        breakpoints: [{ line: 8 }],
      });
      assert.match(body.breakpoints[0]?.message ?? '', why);
      assert.deepEqual(await debug.go('stepIn'), ['Turn 1: Model:1']);
      debug.server.model.says(block(source), 'Done.');
      const replayed = debug.stopped();
      await debug.client.send('restartFrame', { frameId: (await debug.frames())[0]?.id });
      assert.equal((await replayed).reason, 'entry');
      assert.equal(changed.at(-1)?.verified, true);
      assert.equal((await debug.go('continue'))[0], 'order:8');
      assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
    });

    it('are said not to stop where the server has no debugger', async () => {
      const front = await withoutDebugger(debug.server);
      debug.editor.url = front.url;
      const session = await debug.recorded('Go', block(source), 'Done.');
      const changed = told();
      await debug.start({ session }, { lines: [{ line: 8 }] });
      assert.equal(changed.at(-1)?.verified, false);
      assert.match(changed.at(-1)?.message ?? '', /^This server has no debugger/);
      front.close();
    });
  });

  describe('with conditions, in a recording', () => {
    let session = '';
    let asked = 0;
    /** Holds an answer back when it is asked for so many conditions. */
    let held = 0;
    let release: () => void = () => undefined;
    let front: Awaited<ReturnType<typeof inFront>>;

    before(async () => {
      front = await inFront(debug.server, ({ url }, answer) => {
        if (!url?.endsWith('/evaluate')) return false;
        asked += 1;
        if (asked !== held) return false;
        release = () => refuse(answer, 500, 'Too late.');
        return true;
      });
    });
    after(() => front.close());
    beforeEach(async () => {
      session ||= await debugged("['A', 'B', 'C', 'D', 'E'].map((id) => require('order')({ id }).id)");
      debug.editor.url = front.url;
      asked = 0;
      held = 0;
    });

    it('pause where the search is, and stay there', async () => {
      held = 3;
      await debug.start({ session }, { lines: [{ line: 8, condition: 'args.id === "Z"' }] });
      await debug.client.send('continue', { threadId: 1 });
      await until(() => asked === held);
      const stop = debug.stopped();
      await debug.client.send('pause', { threadId: 1 });
      assert.equal((await stop).reason, 'pause');
      const later: unknown[] = [];
      debug.client.on('stopped', (event) => later.push(event));
      release();
      assert.equal((await debug.stack())[0], 'order:8');
      assert.equal(await debug.evaluate('args.id', 0, 'hover'), '"C"');
      assert.deepEqual(later, []);
      // It goes on from there.
      assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
    });

    it('are asked once for each place, however often they are counted', async () => {
      const lines = [{ line: 8, condition: 'args.id > "A"', hitCondition: '>=3' }];
      await debug.start({ session }, { lines });
      assert.equal((await debug.go('continue'))[0], 'order:8');
      assert.equal(await debug.evaluate('args.id', 0, 'hover'), '"D"');
      assert.equal(asked, 4);
      await debug.go('continue');
      assert.equal(await debug.evaluate('args.id', 0, 'hover'), '"E"');
      await debug.go('reverseContinue');
      assert.equal(await debug.evaluate('args.id', 0, 'hover'), '"D"');
      await debug.go('reverseContinue');
      assert.equal(asked, 5);
    });
  });

  describe('of errors and questions, with conditions', () => {
    const options = (filterId: string, condition: string) => ({ filterOptions: [{ filterId, condition }] });
    const fails = "data.n = 7;\nrequire('order')({})";
    const asks = "require('refund')({ id: 'A-1' }).refunded";

    const cases: [filter: string, source: string, holds: string, not: string][] = [
      ['failed', fails, 'error.message.includes("an id") && data.n === 7', 'error.name !== "Error"'],
      ['thrown', fails, 'error.message === "An order needs an id." && !args.id', 'error.message === ""'],
      ['input', asks, 'question.input_type === "confirm" && args.id === "A-1"', 'question.options !== null'],
      ['failed', fails, 'not JavaScript', 'false'],
    ];
    for (const [filter, source, holds, not] of cases) {
      it(`stop a run and its recording: ${filter} where ${holds}`, async () => {
        const reason = filter === 'input' ? 'input' : 'exception';
        debug.server.model.says(block(source), 'Done.');
        const stop = await debug.start({ input: 'Go' }, options(filter, holds));
        assert.equal(stop.reason, reason);
        const { body } = await debug.server.json<{ sessions: { id: string }[] }>('GET', '/agents');
        assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
        await debug.again();
        await debug.start({ session: body.sessions[0]?.id }, options(filter, holds));
        const again = debug.stopped();
        await debug.client.send('continue', { threadId: 1 });
        assert.equal((await again).reason, reason);
      });

      it(`pass a run and its recording: ${filter} where ${not}`, async () => {
        debug.server.model.says(block(source), 'Done.');
        const stop = await debug.start({ input: 'Go' }, options(filter, not));
        assert.equal(stop.reason, 'end');
        const { body } = await debug.server.json<{ sessions: { id: string }[] }>('GET', '/agents');
        await debug.again();
        await debug.start({ session: body.sessions[0]?.id }, options(filter, not));
        assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
      });
    }
  });
});
