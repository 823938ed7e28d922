import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Trace } from '../../../src/protocol';
import type { ReplayChange, StudioAnalysis } from '../../../src/webviews/studio/messages';
import type { Replay } from '../../../src/workbench/studio/replay';
import { Suggestions } from '../../../src/workbench/studio/suggestions';
import { type Fault, type FaultServer, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { desk } from '../support/desk';
import { madeStep } from '../support/made-step';
import { type Press, presses } from '../support/messages';
import { forgetServers, workOn } from '../support/servers';

const trace = { steps: [madeStep(0, 'message', 'Greet Ada')], system_prompt: '' } as unknown as Trace;
const suggested = (reasoning: string): Fault => ({
  kind: 'answer',
  body: { prompt_changes: 'Be kind.', reasoning },
});

describe('Asking what to change', () => {
  const here = desk('suggesting');
  let server: FaultServer;
  let suggestions: Suggestions;
  let ran: ReplayChange[];
  let told: (StudioAnalysis | undefined)[];
  /** What the server answers, one analysis after another. */
  let answers: Fault[];
  /** What it answers in their place once a test has made up its mind. */
  let held: Promise<Fault> | undefined;

  beforeEach(async () => {
    answers = [];
    held = undefined;
    told = [];
    ran = [];
    server = await startFaultServer(({ path }) =>
      path.endsWith('/analyze')
        ? (held ?? answers.shift() ?? { kind: 'empty' })
        : {
            kind: 'answer',
            body: path.endsWith('/project') ? { id: 'p', name: 'P', created_at: '', updated_at: '' } : [],
          },
    );
    await workOn(here.api, 'Suggesting', server);
    suggestions = new Suggestions(here.api, here.api.studio.parts, {
      sessionId: 's1',
      trace: () => trace,
      owner: () => undefined,
      replayFrom: (change) => {
        ran.push(change);
        return undefined as unknown as Replay;
      },
      tell: (notification) => {
        if (notification.type === 'analysis') {
          told.push(notification.analysis);
        }
      },
    });
  });
  afterEach(async () => {
    suggestions.dispose();
    await forgetServers(here.api, server);
    await server.close();
  });

  const phases = () => told.map((analysis) => analysis?.phase);

  for (const [what, fault, words] of [
    ['refuses', { kind: 'answer', status: 400, body: { message: 'No such step.' } }, /No such step/],
    ['answers with something else', { kind: 'garbage' }, /./],
    ['breaks off', { kind: 'half-body' }, /./],
  ] as const) {
    it(`says why when the server ${what}`, async () => {
      answers.push(fault);
      await suggestions.analyze([0], 'A greeting.');
      const last = suggestions.lastAnalysis;
      assert.deepEqual(phases(), ['working', 'failed']);
      assert.match(last?.phase === 'failed' ? last.message : '', words);
    });
  }

  it('shows only what was asked last', async () => {
    answers.push({ kind: 'no-answer' }, suggested('The second.'));
    const first = suggestions.analyze([0], 'First.');
    await until('the server was asked', () => server.requests.some(({ path }) => path.endsWith('/analyze')));
    await suggestions.analyze([0], 'Second.');
    await first;
    const last = suggestions.lastAnalysis;
    assert.deepEqual(phases(), ['working', 'working', 'done']);
    assert.equal(last?.phase === 'done' && last.expected, 'Second.');
  });

  it('tells a page that is gone nothing', async () => {
    answers.push({ kind: 'no-answer' });
    const asking = suggestions.analyze([0], 'A greeting.');
    await until('the server was asked', () => server.requests.some(({ path }) => path.endsWith('/analyze')));
    suggestions.dispose();
    await asking;
    assert.deepEqual(phases(), ['working']);
  });

  describe('of a server that is left meanwhile', () => {
    const leave = async (press: Press) => {
      const asking = suggestions.analyze([0], 'A greeting.');
      await until('the server was asked', () =>
        server.requests.some(({ path }) => path.endsWith('/analyze')),
      );
      here.person(press, ['Embedded runtime']);
      await vscode.commands.executeCommand('tavora.connect');
      return asking;
    };
    const question = () =>
      here.messages.find(/^Switch to the embedded runtime and break off what goes on here\?$/);

    it('is asked about, and goes on when the person stays', async () => {
      let answer = (_: Fault) => {};
      held = new Promise((resolve) => {
        answer = resolve;
      });
      const asking = leave(presses());
      await until('the person was asked', question);
      assert.equal(
        question()?.detail,
        'A session of an agent is still being analysed. The analysis ends then, without a suggestion.',
      );
      answer(suggested('Why.'));
      await asking;
      assert.equal(here.api.connection.state.server.label, 'Suggesting');
      assert.deepEqual(phases(), ['working', 'done']);
    });

    it('ends it before, and says so on the page, when the person says so', async () => {
      answers.push({ kind: 'no-answer' });
      await leave(presses('Switch Now'));
      assert.ok(question());
      assert.equal(here.api.connection.state.server.embedded, true);
      assert.deepEqual(suggestions.lastAnalysis, {
        phase: 'failed',
        message: 'The analysis has ended, because Suggesting was left. Switch back to it and analyse again.',
      });
    });
  });

  it('does not check or write for an agent of no project here', async () => {
    answers.push(suggested('Why.'));
    await suggestions.analyze([0], 'A greeting.');
    await assert.rejects(
      suggestions.check({ changes: 'Be kind.', skills: [], evalCase: undefined }),
      /in no project of this window, so its evals/,
    );
    await assert.rejects(
      suggestions.apply({ changes: 'Be kind.', skills: [], evalCase: undefined }),
      /in no project of this window, so nothing can be written/,
    );
    assert.equal(suggestions.lastCheck, undefined);
    assert.deepEqual(ran, []);
  });

  it('tries a text alone in the prompt, as every server can, and skills in the source', async () => {
    answers.push(suggested('Why.'));
    await suggestions.analyze([1], 'A greeting.');
    const last = suggestions.lastAnalysis;
    assert.ok(last?.phase === 'done');
    assert.deepEqual([last.result.skill_changes, last.persona], [undefined, undefined]);
    const skills = [{ skill: 'greet', before: 'return 1;\n', after: 'return 2;\n' }];
    const text = { changes: 'Be kind.', skills: [], evalCase: undefined };
    suggestions.tryOut(text, 1);
    suggestions.tryOut({ ...text, skills }, 1);
    assert.deepEqual(ran, [
      { fromStep: 0, systemPrompt: '\n\nBe kind.' },
      { fromStep: 0, suggestion: { changes: 'Be kind.', skills } },
    ]);
  });
});
