import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  apiBase,
  type EvalRun,
  type ReadyLine,
  type ScheduledRun,
  type SyncResult,
} from '../../../src/protocol';
import { manifestOf } from '../support/manifest';
import { RuntimeProcess } from '../support/process';
import { evalFile, projectWith, type SentDetail } from './bench';

/** The first case is done at once, the second keeps the sandbox busy for longer than the test takes. */
const files = projectWith(
  {
    ...evalFile('a-quick', {
      name: 'Quick',
      input: 'Thanks',
      expectations: [{ kind: 'not_contains', value: 'no' }],
    }),
    ...evalFile('b-slow', { name: 'Slow', input: 'Please count slowly', criteria: 'Counts.' }),
  },
  { model: 'local/rehearsal', schedules: [{ name: 'Morning', cron: '0 7 * * *', input: 'Report.' }] },
  {
    'agents/support/skills/count-slowly.js':
      '/** Counts slowly. */\nmodule.exports = function () { var end = Date.now() + 25000; while (Date.now() < end) {} return 1; };\n',
  },
);

describe('a runtime that is killed during a run of evals', () => {
  let data = '';
  let runtime: RuntimeProcess | undefined;
  beforeEach(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'tavora-evals-'));
  });
  afterEach(async () => {
    await runtime?.kill();
    await rm(data, { recursive: true, force: true });
  });

  async function call<T>(
    { url, apiKey }: ReadyLine,
    method: string,
    pathname: string,
    body?: unknown,
  ): Promise<T> {
    const answer = await fetch(`${url}${apiBase}${pathname}`, {
      method,
      headers: { 'X-API-Key': apiKey },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.ok(answer.ok, `${method} ${pathname} answered ${answer.status}`);
    return (await answer.json()) as T;
  }

  it('reports it as failed with a reason, with the results that there were', async () => {
    runtime = new RuntimeProcess(data, [], { TAVORA_EMBEDDING_MODEL: 'none' });
    const first = await runtime.ready();
    const synced = await call<SyncResult>(first, 'PUT', '/source-sync', await manifestOf(files));
    const agentId = synced.agents[0]?.agentId;
    const started = await call<{ run: EvalRun }>(
      first,
      'POST',
      `/agent-configs/${agentId}/eval-runs?target=draft`,
    );
    for (;;) {
      const { results, pending } = await call<SentDetail>(first, 'GET', `/eval-runs/${started.run.id}`);
      if (results.length === 1 && pending[0]?.status === 'running') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await runtime.kill();
    runtime = new RuntimeProcess(data, [], { TAVORA_EMBEDDING_MODEL: 'none' });
    const second = await runtime.ready();
    const { run, results, pending } = await call<SentDetail>(second, 'GET', `/eval-runs/${started.run.id}`);
    const reason = 'The runtime stopped before the run was done; run it again.';
    assert.deepEqual([run.status, run.error, run.passed, run.failed], ['failed', reason, 1, 1]);
    assert.deepEqual(
      results.map(({ case_name, pass, error }) => [case_name, pass, error]),
      [
        ['Quick', true, null],
        ['Slow', false, reason],
      ],
    );
    assert.deepEqual(pending, []);
    const { scheduled_runs: schedules } = await call<{ scheduled_runs: ScheduledRun[] }>(
      second,
      'GET',
      '/scheduled-runs',
    );
    assert.deepEqual(
      schedules.map(({ name, enabled }) => [name, enabled]),
      [['Morning', true]],
    );
  });
});
