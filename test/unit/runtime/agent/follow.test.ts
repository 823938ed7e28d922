import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RunEvent } from '../../../../src/protocol';
import { ActiveRun } from '../../../../src/runtime/agent/active-run';
import { type FollowServices, follow } from '../../../../src/runtime/agent/follow';
import type { Session, SessionStatus, Step } from '../../../../src/runtime/store';

describe('following a session', () => {
  const step = (index: number, type: string, content: string) =>
    ({ step_index: index, step_type: type, content, tool_name: '', tool_args: null }) as Step;
  /** An earlier run, which has failed. */
  const failed = [step(0, 'message', 'Hello'), step(1, 'error', 'It failed.')];

  function session(status: SessionStatus): Session {
    return { id: 's', status, step_count: 2, prompt_tokens: 0, completion_tokens: 0 } as Session;
  }

  function services(status: SessionStatus, steps: readonly Step[], run?: ActiveRun): FollowServices {
    const store = {
      steps: { list: async () => [...steps] },
      sessions: { get: async () => session(status) },
    } as unknown as FollowServices['store'];
    return { store, projectId: 'p', runs: { active: () => run } };
  }

  async function told(events: AsyncIterable<RunEvent>): Promise<[string, RunEvent['content']][]> {
    const all: [string, RunEvent['content']][] = [];
    for await (const { type, content } of events) all.push([type, content]);
    return all;
  }

  it('hears a run that has just begun to its end, and not the error of the one before', async () => {
    const run = new ActiveRun(60_000);
    const events = told(follow(services('running', failed, run), session('running'), -1).events);
    run.begin(2);
    run.emit({ type: 'response', content: 'Better.', step_index: 3 });
    run.emit({ type: 'done' });
    run.end();
    assert.deepEqual(await events, [
      ['message', 'Hello'],
      ['response', 'Better.'],
      ['done', undefined],
    ]);
  });

  it('is told the error that the run itself has kept, once', async () => {
    const run = new ActiveRun(60_000);
    run.begin(0);
    const events = told(follow(services('running', failed, run), session('running'), -1).events);
    assert.deepEqual((await events).at(-1), ['error', 'It failed.']);
    assert.equal((await events).length, 2);
    run.end();
  });

  it('leaves the run once it has heard the end, so that nobody is taken for a listener', async () => {
    const run = new ActiveRun(0);
    run.begin(0);
    const starter = run.follow();
    await told(follow(services('running', failed, run), session('running'), -1).events);
    const ended = once(run.signal, 'abort');
    starter.leave();
    // Without another follower the run has only its grace time.
    await ended;
    assert.match(String(run.signal.reason), /nobody followed the run again/);
    run.end();
  });

  it('leaves the run when the steps cannot be read', async () => {
    const run = new ActiveRun(0);
    const broken = services('running', [], run);
    broken.store.steps.list = async () => {
      throw new Error('The disk is gone.');
    };
    const ended = once(run.signal, 'abort');
    assert.deepEqual(await told(follow(broken, session('running'), -1).events), [
      ['error', 'The session could not be read: Error: The disk is gone.'],
    ]);
    await ended;
    run.end();
  });

  for (const status of ['running', 'waiting'] as const) {
    it(`says that a run broke which is stored as ${status} and is under way no more`, async () => {
      const steps = [step(0, 'message', 'Hello')];
      const events = await told(follow(services(status, steps), session(status), 0).events);
      assert.deepEqual(events, [['error', 'The run broke; the log of the runtime says why.']]);
    });
  }
});
