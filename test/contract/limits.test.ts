import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import os from 'node:os';
import { type AgentSession, type AgentStep, apiBase, type RunEvent } from '../../src/protocol';
import { type Limits, ModelPrices } from '../../src/runtime/limits';
import { RuntimeProcess } from './support/process';
import { Server } from './support/server';

const block = (source: string): string => `I look.\n\n\`\`\`js\n${source}\n\`\`\``;

/** What the scripted model says that each of its answers took. */
const tokensEach = 15;

describe('limits', () => {
  let server: Server;

  afterEach(() => server.dispose());

  async function start(limits: Partial<Limits>, prices?: string): Promise<string> {
    server = new Server();
    await server.start({ limits, prices: ModelPrices.read(prices) });
    return (await server.json<AgentSession>('POST', '/agents', {})).body.id;
  }

  /** The run ended with an error that says this, and all it did before is kept. */
  async function assertEnded(id: string, events: RunEvent[], message: RegExp, kept: string[]): Promise<void> {
    const last = events.at(-1);
    assert.equal(last?.type, 'error');
    assert.match(last?.content ?? '', message);
    const { body } = await server.json<{ session: AgentSession; steps: AgentStep[] }>('GET', `/agents/${id}`);
    assert.equal(body.session.status, 'error');
    assert.deepEqual(
      body.steps.map((step) => step.step_type),
      [...kept, 'error'],
    );
    assert.equal(body.steps.at(-1)?.content, last?.content);
  }

  it('end a run at so many tokens, and keep what it did', async () => {
    const id = await start({ tokens: 2 * tokensEach });
    server.model.says(block('data.a = 1'), block('data.a'));
    const events = await server.run(id, 'loop');
    await assertEnded(
      id,
      events,
      /^The run reached its limit of 30 tokens \(30 are used\)\. .*TAVORA_MAX_TOKENS or --max-tokens set higher/,
      [
        ...['message', 'sandbox_event', 'execute_js', 'execute_js_result', 'data_update'],
        ...['sandbox_event', 'execute_js', 'execute_js_result'],
      ],
    );
    assert.deepEqual(events.at(-1)?.args, { limit: { name: 'tokens', value: 30, used: 30 } });
  });

  it('count what scripts spend with ai, and refuse it in the script', async () => {
    const id = await start({ tokens: 3 * tokensEach });
    server.model.says(
      block("const said = []; for (let i = 0; i < 9; i++) said.push(ai('x'));"),
      'one',
      'two',
    );
    const events = await server.run(id, 'loop');
    const failed = events.find((event) => event.type === 'execute_js_result');
    assert.match(failed?.content ?? '', /The run reached its limit of 45 tokens/);
    assert.equal(server.model.left, 0);
    assert.match(events.at(-1)?.content ?? '', /limit of 45 tokens \(45 are used\)/);
  });

  it('keep an answer that used up the last of the tokens', async () => {
    const id = await start({ tokens: tokensEach });
    server.model.says('Done.');
    const events = await server.run(id, 'hi');
    assert.deepEqual(
      events.map(({ type }) => type),
      ['response', 'done'],
    );
  });

  it('end a run that has cost too much, where prices are known', async () => {
    const id = await start({ cost: 0.02 }, 'test/*=1000/1000');
    server.model.says(block('1'), block('2'));
    const events = await server.run(id, 'loop');
    assert.match(
      events.at(-1)?.content ?? '',
      /limit of 0\.02 for what it may cost \(0\.03 are spent\)\. .*TAVORA_MAX_COST or --max-cost/,
    );
  });

  it('say what a run has cost', async () => {
    const id = await start({}, 'test/scripted=100/1000');
    server.model.says('Done.');
    assert.equal((await server.run(id, 'hi')).at(-1)?.summary?.cost, 0.006);
  });

  it('do not limit the cost of a model without a price', async () => {
    const id = await start({ cost: 0.000_001 });
    server.model.says(block('1'), 'Done.');
    const done = (await server.run(id, 'hi')).at(-1);
    assert.equal(done?.type, 'done');
    assert.equal(done?.summary?.cost, undefined);
  });

  it('start anew with each run of a session', async () => {
    const id = await start({ steps: 1, tokens: tokensEach });
    for (const said of ['One.', 'Two.']) {
      server.model.says(said);
      assert.equal((await server.run(id, 'hi')).at(-1)?.type, 'done');
    }
  });

  const size = 2 * 1024 * 1024;
  for (const [how, header, chunk] of [
    ['of that length', `Content-Length: ${size}`, (text: string) => text],
    [
      'in chunks without a length',
      'Transfer-Encoding: chunked',
      (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`,
    ],
  ] as const) {
    it(`tell one who sends all of a body that is too large before listening, ${how}`, async () => {
      await start({ body: 64 * 1024 });
      const { url, apiKey } = server.ready;
      const { host, port, hostname } = new URL(url);
      const socket = connect(Number(port), hostname);
      const body = chunk('a'.repeat(size / 8)).repeat(8);
      try {
        const head = `POST ${apiBase}/agents HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${apiKey}\r\n${header}\r\n\r\n`;
        socket.write(head);
        await new Promise<void>((resolve) => {
          socket.on('error', () => resolve()).write(body, () => resolve());
        });
        assert.equal(socket.destroyed, false, 'it was cut off');
        const [answer] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
        assert.match(answer, /^HTTP\/1\.1 413 /);
      } finally {
        socket.destroy();
      }
    });
  }

  for (const [how, body] of [
    ['says its length', (text: string) => text],
    ['does not say its length', (text: string) => new Blob([text]).stream()],
  ] as const) {
    it(`refuse a body that is too large and ${how}`, async () => {
      await start({ body: 64 * 1024 });
      const { url, apiKey } = server.ready;
      const init: RequestInit & { duplex: 'half' } = {
        method: 'POST',
        headers: { 'X-API-Key': apiKey },
        body: body(JSON.stringify({ title: 'a'.repeat(64 * 1024) })),
        duplex: 'half',
      };
      const answer = await fetch(`${url}${apiBase}/agents`, init);
      assert.equal(answer.status, 413);
      const problem = (await answer.json()) as Record<string, unknown>;
      assert.equal(problem.code, 'too_large');
      assert.equal(problem.limit, 64 * 1024);
      assert.match(String(problem.message), /The body is larger than 64 kB\. .*TAVORA_MAX_BODY_MB/);
    });
  }
});

describe('limits of the environment', () => {
  for (const [name, value, message] of [
    ['TAVORA_MAX_STEPS', 'lots', /TAVORA_MAX_STEPS must be a whole number from 1 to 1000000, not "lots"/],
    ['TAVORA_MODEL_PRICES', 'gpt-5: 3', /TAVORA_MODEL_PRICES must list entries such as .*, not "gpt-5: 3"/],
  ] as const) {
    it(`are refused with a sentence when ${name} is none`, async () => {
      const runtime = new RuntimeProcess(os.tmpdir(), [], { [name]: value });
      assert.equal(await runtime.ended, 2);
      assert.match(runtime.errors, message);
    });
  }
});
