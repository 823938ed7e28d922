import assert from 'node:assert/strict';
import { McpBench } from './harness';
import { ReferenceServer } from './reference-server';
import { SmallServer, text } from './small-server';

for (const [transport, wire, pathname] of [
  ['streamableHttp', 'streamable_http', '/mcp'],
  ['sse', 'sse', '/sse'],
] as const) {
  describe(`MCP: the reference server over ${wire}`, () => {
    const bench = new McpBench();
    let reference: ReferenceServer;

    before(async () => {
      [reference] = await Promise.all([ReferenceServer.start(transport), bench.start()]);
      await bench.sync([{ name: 'everything', url: reference.url(pathname), transport: wire }]);
    });
    after(async () => {
      await bench.server.dispose();
      await reference.stop();
    });

    it('is found in order at sync', () => assert.deepEqual(bench.issues, []));

    it('answers with text', async () => {
      const value = await bench.value("require('everything').echo({ message: 'Grüße' })");
      assert.deepEqual(value, { content: [{ type: 'text', text: 'Echo: Grüße' }], text: 'Echo: Grüße' });
    });

    it('answers with JSON where the tool does', async () => {
      const value = await bench.value(
        "const w = require('everything')['get-structured-content']({ location: 'Chicago' }); w.temperature + 1",
      );
      assert.equal(value, 37);
    });

    it('takes numbers', async () => {
      const value = await bench.value("require('everything')['get-sum']({ a: 2, b: 3 }).text");
      assert.match(String(value), /\b5\b/);
    });

    it('throws what the tool says is wrong with its arguments', async () => {
      const message = await bench.failure("require('everything')['get-sum']({ a: 'two' })");
      assert.match(message, /everything.*get-sum.*(invalid|expected)/is);
    });

    it('has its tools known, so that a wrong name is told apart', async () => {
      const message = await bench.failure("require('everything').ecko({})");
      assert.match(message, /MCP server "everything" has no tool "ecko".*echo/);
    });

    it('is waited for as long as it reports progress', async () => {
      const impatient = new McpBench();
      await impatient.start({ call: 2_000 });
      try {
        await impatient.sync([{ name: 'everything', url: reference.url(pathname), transport: wire }]);
        const value = await impatient.value(
          "require('everything')['trigger-long-running-operation']({ duration: 2.6, steps: 26 }).text",
        );
        assert.match(String(value), /completed/i);
      } finally {
        await impatient.server.dispose();
      }
    });

    it('stops being waited for when the run is stopped', async () => {
      const id = await bench.newSession();
      bench.server.model.says(
        "```js\nrequire('everything')['trigger-long-running-operation']({ duration: 30, steps: 300 })\n```",
      );
      const controller = new AbortController();
      const stream = await bench.server.stream(`/agents/${id}/run`, { message: 'Go.' }, controller.signal);
      await stream.next();
      controller.abort();
      const began = performance.now();
      await bench.server.request('DELETE', `/agents/${id}`);
      assert.ok(performance.now() - began < 20_000, 'it would have taken 30 s');
    });

    it('is told of in the prompt, with its parameters', async () => {
      await bench.run("require('everything').echo({ message: 'x' })");
      const system = bench.server.model.requests.at(-1)?.system ?? '';
      assert.match(system, /## MCP servers to call/);
      assert.match(system, /`require\('everything'\)\.echo\(\{ message: string \}\)`: Echoes back/);
      assert.match(system, /`require\('everything'\)\['get-sum'\]\(\{ a: number, b: number \}\)`/);
      assert.match(system, /location: "New York" \| "Chicago"/);
    });

    it('is in the trace: calls as steps, tools beside the primitives', async () => {
      const { id, events } = await bench.run("require('everything').echo({ message: 'x' })");
      const event = events.find(({ tool }) => tool === 'mcp');
      assert.deepEqual([event?.type, event?.args?.kind], ['sandbox_event', 'mcp']);
      assert.match(String(event?.args?.summary), /^everything\.echo: \d+ characters$/);
      const step = (await bench.steps(id)).find(({ tool_name: name }) => name === 'mcp');
      const args = step?.tool_args as { args?: unknown; value?: { text?: string } };
      assert.deepEqual(args.args, ['everything', 'echo', { message: 'x' }]);
      assert.equal(args.value?.text, 'Echo: x');
      const { tools } = await bench.trace(id);
      assert.ok(Array.isArray(tools) && tools.includes('everything.echo'), JSON.stringify(tools));
    });
  });
}

describe('MCP: calls of a script', () => {
  const bench = new McpBench();
  const small = new SmallServer();

  before(async () => {
    await Promise.all([small.start(), bench.start()]);
  });
  beforeEach(async () => {
    await bench.sync([{ url: small.url }]);
    small.answer = ({ params }) => text(JSON.stringify(params.arguments));
    small.guard = () => false;
    small.seen.length = 0;
    small.headers.length = 0;
  });
  after(async () => {
    await bench.server.dispose();
    await small.stop();
  });

  it('share one conversation within a run, which ends with it', async () => {
    await bench.run("require('desk').look({ id: 1 })", "require('desk').look({ id: 2 }).id + 1");
    // The goodbye of the sync may come late.
    const ofRun = () => small.seen.slice(small.seen.indexOf('initialize'));
    while (!ofRun().includes('DELETE')) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(ofRun(), [
      'initialize',
      'notifications/initialized',
      'tools/call',
      'tools/call',
      'DELETE',
    ]);
  });

  it('do not connect a run that calls nothing while the tools are known', async () => {
    await bench.run('1');
    assert.deepEqual(small.seen, []);
  });

  const answers: [name: string, answer: Record<string, unknown>, expected: unknown][] = [
    ['an object as text', text('{"a": 1}'), { a: 1 }],
    ['a list as text', text(' [1, 2]'), [1, 2]],
    ['structured content', text('ignored', { structuredContent: { b: 2 } }), { b: 2 }],
    ['a number as text', text('42'), { content: [{ type: 'text', text: '42' }], text: '42' }],
    ['broken JSON', text('{"a": '), { content: [{ type: 'text', text: '{"a": ' }], text: '{"a": ' }],
    ['nothing', { content: [] }, { content: [], text: '' }],
    [
      'several texts',
      { content: [...['{"a": 1}', 'two'].map((one) => ({ type: 'text', text: one }))] },
      {
        content: [
          { type: 'text', text: '{"a": 1}' },
          { type: 'text', text: 'two' },
        ],
        text: '{"a": 1}\ntwo',
      },
    ],
  ];
  for (const [name, answer, expected] of answers) {
    it(`get ${name}`, async () => {
      small.answer = () => answer;
      assert.deepEqual(await bench.value("require('desk').look({ id: 1 })"), expected);
    });
  }

  it('get the sentence of a tool that failed', async () => {
    small.answer = () => text('Order 7 is locked.', { isError: true });
    assert.equal(await bench.failure("require('desk').look({ id: 7 })"), 'desk.look: Order 7 is locked.');
  });

  it('can catch it', async () => {
    small.answer = () => text('No.', { isError: true });
    const value = await bench.value(
      "let r; try { require('desk').look({ id: 1 }) } catch (e) { r = e.message } r",
    );
    assert.equal(value, 'desk.look: No.');
  });

  for (const args of ["'7'", '7', '[7]', '{ id: 7 }, 8']) {
    it(`are refused with ${args} as arguments`, async () => {
      const message = await bench.failure(`require('desk').look(${args})`);
      assert.match(message, /desk\.look takes one object/);
      assert.deepEqual(small.seen, []);
    });
  }

  it('may have no arguments', async () => {
    assert.deepEqual(await bench.value("require('desk').look()"), {});
  });

  it('begin the conversation anew when the server has forgotten it', async () => {
    let forgotten = false;
    small.answer = ({ params }, _, response) => {
      if (forgotten) return text(JSON.stringify(params.arguments));
      forgotten = true;
      response.writeHead(404).end('Session not found');
      return undefined;
    };
    assert.deepEqual(await bench.value("require('desk').look({ id: 3 })"), { id: 3 });
    assert.equal(small.seen.filter((method) => method === 'initialize').length, 2);
  });

  it('are answered from the record in a replay', async () => {
    const { id } = await bench.run(
      "require('desk').look({ id: 1 }).id",
      "require('desk').look({ id: 2 }).id",
    );
    const second = (await bench.steps(id)).filter(({ step_type: type }) => type === 'execute_js')[1];
    small.seen.length = 0;
    bench.server.model.says('Again.');
    const events = await (
      await bench.server.stream(`/studio/${id}/replay`, { from_step: (second?.step_index ?? 0) + 2 })
    ).rest();
    assert.equal(events.at(-1)?.type, 'done', JSON.stringify(events));
    assert.equal(small.seen.includes('tools/call'), false);
  });
});
