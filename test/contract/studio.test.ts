import assert from 'node:assert/strict';
import type { AgentSession, AgentStep, Analysis, RunEvent, SyncResult, Trace } from '../../src/protocol';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const types = (events: readonly { type: string }[]) => events.map((event) => event.type);

describe('the studio over HTTP', () => {
  const server = new Server();
  let parent = '';

  before(() => server.start());
  after(() => server.dispose());

  /** A session of six steps: message, text, block, result, data, response. */
  beforeEach(async () => {
    const agentId = await sync();
    const session = await server.json<AgentSession>('POST', '/agents', {
      agent_id: agentId,
      target: 'draft',
    });
    parent = session.body.id;
    server.model.says(
      `I look.\n${block("data.order = require('order')({ id: 'A-1' }); data.order.total")}`,
      'It is 42.',
    );
    assert.equal((await server.run(parent, 'What is the total of A-1?')).at(-1)?.type, 'done');
  });

  afterEach(() => assert.equal(server.model.left, 0));

  async function sync(change: Record<string, string> = {}): Promise<string> {
    const answer = await server.json<SyncResult>(
      'PUT',
      '/source-sync',
      await manifestOf(sampleFiles(change)),
    );
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.agents[0]?.agentId ?? '';
  }

  const trace = async (id: string) => (await server.json<Trace>('GET', `/studio/${id}`)).body;

  async function replay(
    body: Record<string, unknown>,
    of = parent,
  ): Promise<{ id: string; events: RunEvent[] }> {
    const events = await (await server.stream(`/studio/${of}/replay`, body)).rest();
    const [first] = events;
    assert.equal(first?.type, 'replay_started');
    assert.equal(first?.content, first?.args?.session_id);
    return { id: String(first?.content), events: events.slice(1) };
  }

  const shown = (steps: readonly AgentStep[]) => steps.map((step) => `${step.step_type}: ${step.content}`);

  describe('trace', () => {
    it('has the session, every step, the prompt in use and the tools', async () => {
      const {
        session,
        steps,
        system_prompt: prompt,
        tools,
        tool_details: details = [],
      } = await trace(parent);
      assert.equal(session.id, parent);
      assert.deepEqual(
        steps.map((step) => step.step_type),
        ['message', 'sandbox_event', 'execute_js', 'execute_js_result', 'data_update', 'response'],
      );
      assert.match(prompt, /You help customers of a shop/);
      const names = details.map(({ name, type }) => `${String(type)} ${String(name)}`);
      assert.deepEqual(
        tools,
        details.map(({ name }) => name),
      );
      assert.ok(names.includes('module order'));
      assert.ok(names.includes('prompt tone'));
      assert.ok(names.includes('primitive search'));
    });

    it('shows the prompt of a session that has not run yet', async () => {
      const fresh = await server.json<AgentSession>('POST', '/agents', { system_prompt: 'Only this.' });
      assert.equal((await trace(fresh.body.id)).system_prompt, 'Only this.');
    });

    it('is not there for an unknown session', async () => {
      const answer = await server.json('GET', '/studio/none');
      assert.deepEqual([answer.status, answer.body.code], [404, 'NOT_FOUND']);
    });
  });

  describe('replay', () => {
    it('takes the steps before over as they were and goes on with another message', async () => {
      server.model.says('Another answer.');
      const { id, events } = await replay({ from_step: 2, message: 'And of A-2?' });
      assert.deepEqual(types(events), ['response', 'done']);
      const [before, after] = [await trace(parent), await trace(id)];
      assert.deepEqual(shown(after.steps), [
        ...shown(before.steps.slice(0, 2)),
        'message: And of A-2?',
        'response: Another answer.',
      ]);
      assert.deepEqual(
        after.steps.map((step) => step.parent_step_id),
        [before.steps[0]?.id, before.steps[1]?.id, undefined, undefined],
      );
      assert.equal(after.session.metadata?.parent_session_id, parent);
      assert.equal(after.session.metadata?.from_step, 2);
      assert.equal(after.session.status, 'completed');
      assert.equal(before.steps.length, 6);
    });

    it('says the message again when it starts from it', async () => {
      server.model.says('At once: 42.');
      const { id } = await replay({ from_step: 0 });
      assert.deepEqual(shown((await trace(id)).steps), [
        'message: What is the total of A-1?',
        'response: At once: 42.',
      ]);
    });

    it('asks the model anew from a reply on, with data and messages as they were', async () => {
      server.model.says(block('data.order.id'), 'Order A-1.');
      const { id, events } = await replay({ from_step: 5 });
      assert.deepEqual(types(events), ['execute_js', 'execute_js_result', 'response', 'done']);
      assert.equal(events[1]?.result, 'A-1');
      assert.deepEqual(
        server.model.requests.at(-2)?.messages.map(({ role }) => role),
        ['user', 'assistant', 'tool'],
      );
      assert.equal((await trace(id)).steps.length, 8);
    });

    it('runs the block again with the skill as it is now, when its result stood there', async () => {
      await sync({ 'agents/support/skills/order.js': 'return { id: args.id, total: 99 };' });
      server.model.says('It is 99.');
      const { events } = await replay({ from_step: 3 });
      assert.deepEqual(types(events), ['execute_js_result', 'data_update', 'response', 'done']);
      assert.equal(events[0]?.result, 99);
      assert.match(server.model.requests.at(-1)?.messages.at(-1)?.content ?? '', /99/);
    });

    it('runs under another system prompt, which its trace shows', async () => {
      server.model.says('Arr, 42.');
      const { id } = await replay({ from_step: 1, system_prompt: 'You are a pirate.' });
      assert.equal(server.model.requests.at(-1)?.system, 'You are a pirate.');
      assert.equal((await trace(id)).system_prompt, 'You are a pirate.');
      assert.match((await trace(parent)).system_prompt, /You help customers/);
    });

    it('gives a block the answers again that its primitives had before the step', async () => {
      const { session } = await trace(parent);
      server.model.says(block("[confirm('first?'), confirm('second?')].join()"), 'Done.');
      const stream = await server.stream(`/agents/${session.id}/run`, { message: 'ask' });
      for (const value of [true, false]) {
        const { args } = await stream.until('input_request');
        await server.json('POST', `/agents/${session.id}/input`, { request_id: args?.request_id, value });
      }
      await stream.rest();
      const { steps } = await trace(session.id);
      const second = steps.findLast((step) => step.step_type === 'input_request');
      server.model.says('Done again.');
      const again = await server.stream(`/studio/${session.id}/replay`, { from_step: second?.step_index });
      const asked = await again.until('input_request');
      assert.equal(asked.args?.message, 'second?');
      const [newest] = (await server.json<{ sessions: AgentSession[] }>('GET', '/agents?limit=1')).body
        .sessions;
      await server.json('POST', `/agents/${newest?.id}/input`, {
        request_id: asked.args?.request_id,
        value: true,
      });
      assert.equal((await again.until('execute_js_result')).result, 'true,true');
      assert.equal((await again.rest()).at(-1)?.type, 'done');
    });

    it('can be replayed itself', async () => {
      server.model.says('Second.', 'Third.');
      const second = await replay({ from_step: 0, message: 'again' });
      const third = await replay({ from_step: 1, message: 'and again' }, second.id);
      const { session, steps } = await trace(third.id);
      assert.equal(session.metadata?.parent_session_id, second.id);
      assert.deepEqual(shown(steps), ['message: again', 'message: and again', 'response: Third.']);
    });

    for (const [what, body, field] of [
      ['a step beyond the end', { from_step: 7 }, 'from_step'],
      ['a negative step', { from_step: -1 }, 'from_step'],
      ['half a step', { from_step: 1.5 }, 'from_step'],
      ['text for a step', { from_step: '1' }, 'from_step'],
      ['no step', {}, 'from_step'],
      ['the end, without a message', { from_step: 6 }, 'message'],
    ] as const) {
      it(`refuses ${what} and makes no session`, async () => {
        const count = async () =>
          (await server.json<{ sessions: unknown[] }>('GET', '/agents?limit=500')).body.sessions.length;
        const before = await count();
        const answer = await server.json('POST', `/studio/${parent}/replay`, body);
        assert.deepEqual([answer.status, answer.body.code, answer.body.field], [400, 'bad_request', field]);
        assert.equal(await count(), before);
      });
    }

    it('goes on from the end with a message', async () => {
      server.model.says('More.');
      const { id } = await replay({ from_step: 6, message: 'more?' });
      assert.equal((await trace(id)).steps.length, 8);
    });
  });

  describe('replay with answers from the record', () => {
    /** The model asked, and a script that asks it as well. */
    beforeEach(async () => {
      server.model.says(block("ai('Which colour?') + ai('Which size?')"), 'blue', 'XL', 'It is blue and XL.');
      assert.equal((await server.run(parent, 'Describe it.')).at(-1)?.type, 'done');
    });

    const asked = () => server.model.requests.length;
    const from = (steps: readonly AgentStep[]) =>
      steps.flatMap(({ tool_args: args }) => {
        const recorded = (args as { recorded_from?: number } | null)?.recorded_from;
        return recorded === undefined ? [] : [recorded];
      });

    it('asks nobody when nothing has changed', async () => {
      const before = asked();
      const { id } = await replay({ from_step: 6, reuse: 'all' });
      assert.equal(asked(), before);
      const { steps, session } = await trace(id);
      assert.deepEqual(shown(steps).at(-1), 'response: It is blue and XL.');
      assert.deepEqual(from(steps), [7, 8, 9, 11]);
      assert.equal(session.prompt_tokens, 0);
    });

    it('gives scripts what they got, and asks the model live', async () => {
      server.model.says(block("ai('Which size?') + ai('Which fit?')"), 'slim', 'XL and slim.');
      const { id } = await replay({ from_step: 6, message: 'Describe the fit.', reuse: 'calls' });
      const { steps } = await trace(id);
      assert.deepEqual(from(steps), [9]);
      assert.equal(steps.at(-2)?.content, 'XLslim');
    });

    it('asks live from where the conversation is another', async () => {
      server.model.says('Not what it was.');
      const { id } = await replay({ from_step: 6, message: 'Describe it again.', reuse: 'all' });
      assert.deepEqual(shown((await trace(id)).steps).at(-1), 'response: Not what it was.');
    });

    it('asks live for a step that is chosen for it, and for what follows from it', async () => {
      server.model.says('red', 'It is red and XL.');
      const { id } = await replay({ from_step: 6, reuse: 'all', live: [8] });
      const { steps } = await trace(id);
      assert.deepEqual(from(steps), [7, 9]);
      assert.equal(steps.at(-2)?.content, 'redXL');
    });

    it('takes single steps from the record where all else is live', async () => {
      server.model.says(block("ai('Which colour?')"), 'So it is.');
      const { id } = await replay({ from_step: 6, recorded: [8] });
      assert.deepEqual(from((await trace(id)).steps), [8]);
    });
  });

  describe('replay with changed steps', () => {
    it('goes on as if a block had given something else', async () => {
      server.model.says('It is 7.');
      const { id } = await replay({ from_step: 4, edits: [{ step_index: 3, value: { total: 7 } }] });
      assert.match(server.model.requests.at(-1)?.messages.at(-1)?.content ?? '', /"total": 7/);
      const { steps } = await trace(id);
      assert.equal((steps[3]?.tool_args as { edited?: boolean } | undefined)?.edited, true);
      assert.equal((await trace(parent)).steps[3]?.content, '42');
    });

    it('gives a question another answer, and runs its block on with it', async () => {
      server.model.says(block("confirm('Really?') ? 'refunded' : 'kept'"), 'Refunded.');
      const stream = await server.stream(`/agents/${parent}/run`, { message: 'refund' });
      const { args } = await stream.until('input_request');
      await server.json('POST', `/agents/${parent}/input`, { request_id: args?.request_id, value: true });
      await stream.rest();
      const { steps } = await trace(parent);
      const answer = steps.findLast(
        ({ tool_name: name, step_type: type }) => name === 'confirm' && type === 'sandbox_event',
      );
      const index = answer?.step_index ?? 0;
      server.model.says('Kept.');
      const { events } = await replay({ from_step: index + 1, edits: [{ step_index: index, value: false }] });
      assert.equal(events[0]?.result, 'kept');
    });

    it('runs what is synced now, under another model', async () => {
      server.model.says('As before.');
      const { id } = await replay({ from_step: 0, target: 'draft', model: 'test/scripted' });
      const { session } = await trace(id);
      assert.deepEqual([session.metadata?.target, session.model], ['draft', 'test/scripted']);
    });

    for (const [what, body, field] of [
      ['a step that is not taken over', { from_step: 2, edits: [{ step_index: 3, value: 1 }] }, 'edits'],
      ['a step that gave nothing', { from_step: 3, edits: [{ step_index: 2, value: 1 }] }, 'edits'],
      ['a step that is none', { from_step: 3, edits: [{ step_index: -1, value: 1 }] }, 'edits'],
      ['another word for what to reuse', { from_step: 0, reuse: 'some' }, 'reuse'],
      ['a version that is none', { from_step: 0, target: 'live' }, 'target'],
      ['a model that is not there', { from_step: 0, model: 'nobody/nothing' }, 'model'],
    ] as const) {
      it(`refuses ${what} and leaves nothing behind`, async () => {
        const { body: before } = await server.json('GET', '/agents?limit=500');
        const answer = await server.json('POST', `/studio/${parent}/replay`, body);
        assert.ok(answer.status >= 400 && answer.status < 500, JSON.stringify(answer.body));
        assert.equal(answer.body.field, field);
        assert.deepEqual((await server.json('GET', '/agents?limit=500')).body, before);
      });
    }
  });

  describe('replay with a suggestion', () => {
    const path = 'agents/support/skills/order.js';
    const before = sampleFiles()[path] ?? '';
    const change = { skill: 'order', path, before, after: before.replace('42', '43') };
    const suggestion = { prompt_changes: 'Name the currency.', skill_changes: [change] };
    const looked = async (body: Record<string, unknown>, of = parent) => {
      server.model.says(block("return require('order')({ id: 'A-1' }).total"), 'That is the total.');
      const { id, events } = await replay({ from_step: 0, ...body }, of);
      return { id, total: events.find(({ type }) => type === 'execute_js_result')?.content };
    };

    it('runs the changed skill under the changed prompt, and leaves the agent as it is', async () => {
      const { id, total } = await looked({ suggestion });
      assert.equal(total, '43');
      const { session, system_prompt: prompt } = await trace(id);
      assert.match(prompt, /orders\.\n\nName the currency\.\n/);
      assert.equal('changed_files' in session, false);
      assert.equal((await looked({})).total, '42');
    });

    it('stays with the replay, in a later run and in a replay of it', async () => {
      const { id } = await looked({ suggestion });
      server.model.says(block("return require('order')({ id: 'A-1' }).total"), 'It is 43.');
      const later = await server.run(id, 'And again?');
      assert.equal(later.find(({ type }) => type === 'execute_js_result')?.content, '43');
      assert.equal((await looked({}, id)).total, '43');
      assert.equal((await looked({ target: 'draft' }, id)).total, '42');
    });

    it('changes a skill that is text in the prompt, and a prompt that a client wrote', async () => {
      const tone = { skill: 'tone', before: 'Be kind and short.', after: 'Be kind and thorough.' };
      const { id } = await looked({ suggestion: { skill_changes: [tone] } });
      assert.match((await trace(id)).system_prompt, /Be kind and thorough\./);
      const given = await looked({ suggestion, system_prompt: 'You add up.' });
      assert.equal((await trace(given.id)).system_prompt, 'You add up.\n\nName the currency.');
      assert.equal(given.total, '43');
    });

    for (const [what, changes, words] of [
      ['a skill that the agent does not have', [{ ...change, skill: 'nobody' }], /has no skill "nobody"/],
      ['text that does not fit what is there', [{ ...change, before: 'return 1;\n' }], /has changed since/],
      ['two changes of a file', [change, change], /one at a time/],
      ['a change without its text', [{ skill: 'order' }], /./],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const body = { from_step: 0, suggestion: { skill_changes: changes } };
        const answer = await server.json('POST', `/studio/${parent}/replay`, body);
        assert.equal(answer.status, 400);
        assert.match(String(answer.body.field), /^suggestion/);
        assert.match(String(answer.body.message), words);
      });
    }
  });

  describe('analyze', () => {
    const analyze = (body: Record<string, unknown>) =>
      server.json<Analysis & Record<string, unknown>>('POST', `/studio/${parent}/analyze`, body);

    it('asks the model for JSON and gives what it says', async () => {
      const wanted = {
        prompt_changes: 'Always name the currency.',
        reasoning: 'The answer had no currency.',
        eval_case: { name: 'currency', prompt: 'What is the total of A-1?', criteria: 'Names the currency.' },
      };
      server.model.says(`Here:\n\`\`\`json\n${JSON.stringify(wanted)}\n\`\`\``);
      const { status, body } = await analyze({ failed_steps: [5], expected_outcome: 'A currency.' });
      assert.equal(status, 200);
      assert.deepEqual(body, wanted);
      const asked = server.model.requests.at(-1)?.messages[0]?.content ?? '';
      assert.match(asked, /## Failed\n5/);
      assert.match(asked, /## Expected\nA currency\./);
      assert.match(asked, /### Step 5 \(response\)\nIt is 42\./);
    });

    describe('with changes of skills', () => {
      const skill = 'agents/support/skills/order.js';
      const fixed = 'module.exports = ({ id }) => ({ id, total: 43 });\n';
      const says = (changes: unknown) =>
        server.model.says(
          JSON.stringify({ prompt_changes: '', reasoning: 'It adds wrong.', skill_changes: changes }),
        );
      const ask = () => analyze({ failed_steps: [1], expected_outcome: '43' });
      /** Makes the session that is asked about one of another source. */
      const ranOver = async (change: Record<string, string>) => {
        const body = { agent_id: await sync(change), target: 'draft' };
        parent = (await server.json<AgentSession>('POST', '/agents', body)).body.id;
        server.model.says('It is 42.');
        await server.run(parent, 'What is the total?');
      };

      it('shows the model the skills, those that steps call first, and gives their change with both texts', async () => {
        says([{ skill: 'order', content: fixed }]);
        const { body } = await ask();
        const before = sampleFiles()[skill];
        assert.deepEqual(body.skill_changes, [{ skill: 'order', path: skill, before, after: fixed }]);
        const asked = server.model.requests.at(-1)?.messages[0]?.content ?? '';
        const places = [`### order (${skill})\n${before}`, '### refund (agents', '### tone (agents'];
        assert.deepEqual(
          places.map((text) => asked.indexOf(text)).sort((a, b) => a - b),
          places.map((text) => asked.indexOf(text)),
        );
        assert.ok(places.every((text) => asked.includes(text)));
      });

      it('gives none that cannot be made, and says why', async () => {
        says([
          { skill: 'order', content: 'return (;' },
          { skill: 'nobody', content: 'return 1;' },
        ]);
        const { body } = await ask();
        assert.equal('skill_changes' in body, false);
        assert.match(
          String(body.reasoning),
          /“order” is left out: it is no JavaScript .*\n\n.*“nobody” is left out/,
        );
      });

      it('looks at the version that the session ran, also when the draft has gone on', async () => {
        const old = sampleFiles()[skill];
        await server.json('POST', '/source-deploy', { project: 'shop' });
        await sync({ [skill]: fixed });
        says([{ skill: 'order', content: 'return 44;' }]);
        const { body } = await ask();
        assert.equal(body.skill_changes?.[0]?.before, old);
        assert.doesNotMatch(String(body.reasoning), /as they are now/);
      });

      it('looks at the draft of now when the session’s own is not kept, and says so', async () => {
        await ranOver({ [skill]: 'return 41;\n' });
        await sync({ [skill]: fixed });
        says([{ skill: 'order', content: 'return 44;' }]);
        const { body } = await ask();
        assert.equal(body.skill_changes?.[0]?.before, fixed);
        assert.match(String(body.reasoning), /looked at as they are now\.$/);
      });

      it('leaves out what is too long, and says which', async () => {
        const huge = `return "${'x'.repeat(70_000)}";\n`;
        await ranOver({ 'agents/support/skills/refund.js': huge });
        says([{ skill: 'refund', content: 'return 1;' }]);
        const { body } = await ask();
        assert.match(String(body.reasoning), /“refund” is left out/);
        assert.match(String(body.reasoning), /Not looked at, because it is too long: .*refund\.js\./);
        assert.doesNotMatch(server.model.requests.at(-1)?.messages[0]?.content ?? '', /xxxx/);
      });
    });

    it('takes the id of a step as well', async () => {
      const { steps } = await trace(parent);
      server.model.says('{"prompt_changes": "a", "reasoning": "b"}');
      const { body } = await analyze({ failed_steps: [steps[3]?.id], expected_outcome: '' });
      assert.equal(body.reasoning, 'b');
    });

    for (const [what, body] of [
      ['an unknown step', { failed_steps: [99], expected_outcome: 'x' }],
      ['no step', { failed_steps: [], expected_outcome: 'x' }],
      ['a step of another type', { failed_steps: [{}], expected_outcome: 'x' }],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const answer = await analyze(body);
        assert.equal(answer.status, 400);
        assert.match(String(answer.body.field), /^failed_steps/);
      });
    }

    it('says so when the model does not answer with JSON', async () => {
      server.model.says('I would rather not.');
      const answer = await analyze({ failed_steps: [5], expected_outcome: 'x' });
      assert.deepEqual([answer.status, answer.body.code], [502, 'model_failed']);
      assert.match(String(answer.body.message), /something other than JSON/);
    });
  });
});
