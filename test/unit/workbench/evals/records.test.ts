import assert from 'node:assert/strict';
import type { TavoraClient } from '../../../../src/client';
import { type Agent, CaseLabels } from '../../../../src/project';
import { EvalRun, EvalRunDetail } from '../../../../src/protocol';
import { deploymentsOf } from '../../../../src/workbench/evals/history/deployments';
import { type EvalRecord, recordsOfRun } from '../../../../src/workbench/evals/history/record';
import { historyFromServer } from '../../../../src/workbench/evals/history/server-runs';
import { sparkline, trendMarkdown } from '../../../../src/workbench/evals/history/trend-markdown';

const owner = { server: 'embedded', project: 'harbour', environment: '', agentId: 'support' };

const run = {
  id: 'run-1',
  status: 'completed',
  total_cases: 1,
  passed: 1,
  failed: 0,
  average_score: 9.1,
  judge_model: 'local/similarity',
  created_at: '2026-01-15T09:30:00Z',
};
const result = {
  id: 'r1',
  case_name: 'Refund',
  set_name: '__cf__/support',
  score: 9.1,
  pass: true,
  reasoning: 'Fine.',
  response: 'Done.',
  duration_ms: 40,
};

const labels = CaseLabels.of({ configPath: 'agents/support/agent.jsonc', evals: [] });

describe('the results of a run as records', () => {
  it('take everything from a server that tells everything', () => {
    const detail = EvalRunDetail.parse({
      run: {
        ...run,
        target: 'live',
        source_hash: 'sha256:a',
        agent_version_id: 'v9',
        finished_at: '2026-01-15T09:31:00Z',
      },
      results: [
        {
          ...result,
          session_id: 's1',
          repetition: 2,
          pass_threshold: 7,
          prompt_tokens: 10,
          completion_tokens: 5,
          judge_prompt_tokens: 3,
          judge_completion_tokens: 2,
          cost: 0.01,
        },
      ],
    });
    assert.deepEqual(
      recordsOfRun(owner, detail, { target: 'draft', sourceHash: 'sha256:b', semver: 'v1.2.0' }, labels),
      [
        {
          ...owner,
          caseName: 'Refund',
          sourceHash: 'sha256:a',
          target: 'live',
          semver: '1.2.0',
          versionId: 'v9',
          runId: 'run-1',
          sessionId: 's1',
          repetition: 2,
          score: 9.1,
          threshold: 7,
          pass: true,
          reasoning: 'Fine.',
          tokens: 20,
          cost: 0.01,
          durationMs: 40,
          at: '2026-01-15T09:31:00Z',
        },
      ],
    );
  });

  it('take from the caller what a server of the public reference does not tell, and leave out the rest', () => {
    const detail = EvalRunDetail.parse({ run, results: [result, result] });
    const [first, second] = recordsOfRun(owner, detail, { target: 'draft', sourceHash: 'sha256:b' }, labels);
    assert.deepEqual(first, {
      ...owner,
      caseName: 'Refund',
      sourceHash: 'sha256:b',
      target: 'draft',
      runId: 'run-1',
      repetition: 1,
      score: 9.1,
      pass: true,
      reasoning: 'Fine.',
      durationMs: 40,
      at: '2026-01-15T09:30:00Z',
    });
    assert.equal(second?.repetition, 2);
  });

  it('have the thresholds of the files where the server tells none', () => {
    const file = (name: string, passThreshold?: number) =>
      ({
        name,
        path: `evals/${name}.json`,
        ...(passThreshold === undefined ? {} : { passThreshold }),
      }) as Agent['evals'][0];
    const threshold = (evals: Agent['evals'], change = {}) => {
      const detail = EvalRunDetail.parse({ run, results: [{ ...result, ...change }] });
      return recordsOfRun(owner, detail, { target: 'draft' }, labels, evals)[0]?.threshold;
    };
    assert.equal(threshold([file('Refund', 9)]), 9);
    assert.equal(threshold([file('Refund')]), 7);
    assert.equal(threshold([file('Refund', 9)], { pass_threshold: 4 }), 4);
    assert.equal(threshold([file('Other', 9)]), undefined);
  });

  it('have no score where nothing was judged, and the reason why', () => {
    const detail = EvalRunDetail.parse({
      run,
      results: [{ ...result, score: null, pass: false, error: 'The time was up.' }],
    });
    const [record] = recordsOfRun(owner, detail, { target: 'draft' }, labels);
    assert.deepEqual([record?.score, record?.pass, record?.reasoning], [null, false, 'The time was up.']);
  });
});

describe('runs that were started elsewhere', () => {
  const agent = { configPath: 'agents/support/agent.jsonc', evals: [] } as unknown as Agent;
  const clientOf = (told: object, versions: object[]) =>
    ({
      configs: { versions: async () => versions },
      evals: {
        ofAgent: async () => [EvalRun.parse({ ...run, ...told })],
        run: async () => EvalRunDetail.parse({ run: { ...run, ...told }, results: [result] }),
      },
    }) as unknown as TavoraClient;
  const target = async (told: object, versions: object[] = []) => {
    const { records } = await historyFromServer(
      clientOf(told, versions),
      owner,
      { agent, serverId: 'a1' },
      new Map(),
      assert.fail,
    );
    assert.equal(records?.length, 1);
    return records[0]?.target;
  };

  it('are of what is live only where their server says so', async () => {
    assert.equal(await target({}), undefined);
    assert.equal(await target({ target: 'draft' }), 'draft');
    assert.equal(await target({ target: 'live' }), 'live');
    assert.equal(await target({ agent_version_id: 'v9' }, [{ id: 'v9', semver: '1.2.0' }]), 'live');
  });
});

describe('a run that was stopped', () => {
  const error = 'The run was cancelled.';
  const unrun = { ...result, id: 'r2', case_name: 'Reserve', score: null, pass: false, error };
  const stopped = (change: object) =>
    EvalRunDetail.parse({ run: { ...run, status: 'cancelled', error, ...change }, results: [result, unrun] });
  const names = (detail: EvalRunDetail) =>
    recordsOfRun(owner, detail, { target: 'draft' }, labels).map(({ caseName }) => caseName);

  it('has records of the cases that were run, not of those that it kept from being run', () => {
    assert.deepEqual(names(stopped({})), ['Refund']);
    assert.deepEqual(names(stopped({ status: 'failed' })), ['Refund']);
  });

  it('keeps what could not be judged for another reason, and all of a run that was done', () => {
    assert.deepEqual(names(stopped({ error: 'The runtime was shut down.' })), ['Refund', 'Reserve']);
    assert.deepEqual(names(stopped({ status: 'completed' })), ['Refund', 'Reserve']);
    assert.deepEqual(names(stopped({ error: null })), ['Refund', 'Reserve']);
  });
});

describe('versions whose source is known', () => {
  const live = (semver: string, sourceHash: string, at: string): EvalRecord => ({
    ...owner,
    caseName: 'Refund',
    sourceHash,
    target: 'live',
    semver,
    runId: at,
    repetition: 1,
    score: 9,
    pass: true,
    reasoning: '',
    durationMs: 1,
    at,
  });

  it('come from runs over what was live, and from those who deployed; the latter know better', () => {
    const records = [live('1.1.0', 'sha256:b', '2026-02-02'), live('1.0.0', 'sha256:wrong', '2026-02-01')];
    const told = [
      { source: 'sha256:a', semver: 'v1.0.0', at: '2026-01-01' },
      { source: '', semver: '1.2.0', at: '2026-03-01' },
    ];
    assert.deepEqual(deploymentsOf(records, told), [
      { source: 'sha256:a', semver: '1.0.0', at: '2026-01-01' },
      { source: 'sha256:b', semver: '1.1.0', at: '2026-02-02' },
    ]);
  });
});

describe('the trend of a case as Markdown', () => {
  const record = (score: number | null, more: Partial<EvalRecord> = {}): EvalRecord => ({
    ...owner,
    caseName: 'Refund',
    sourceHash: 'sha256:3f9a01bc77',
    target: 'draft',
    runId: 'run',
    sessionId: 'session 1',
    repetition: 1,
    score,
    threshold: 7,
    pass: score !== null && score >= 7,
    reasoning: '',
    durationMs: 1,
    at: '2026-01-15T09:30:00Z',
    ...more,
  });

  it('draws a bar a score, from the lowest to the highest', () => {
    assert.equal(sparkline([0, 2, 4, 6, 8, 10, null].map((score) => record(score))), '▁▂▄▅▇█×');
    assert.equal(sparkline(Array.from({ length: 100 }, () => record(10))).length, 24);
  });

  it('lists the newest first, with score against threshold and a link to the trace', () => {
    const text = trendMarkdown([record(9.1, { target: 'live', semver: '1.2.0' }), record(4)], '');
    const rows = text.split('\n').slice(4);
    assert.match(
      rows[0] ?? '',
      /\| draft 3f9a01bc \| ✗ 4\.0 of at least 7 \| \[Trace\]\(command:tavora\.openStudio\?%5B%22session%201%22%5D\) \|$/,
    );
    assert.match(rows[1] ?? '', /\| v1\\\.2\\\.0 \| ✓ 9\.1 of at least 7 \|/);
  });

  it('holds no command but ours and no markup, whatever a server says', () => {
    const bad = '](command:workbench.action.quit) | <b> `x`';
    const text = trendMarkdown(
      [record(4, { sessionId: bad, semver: bad, target: 'live', sourceHash: bad })],
      bad,
    );
    assert.deepEqual(
      [...text.matchAll(/(?<!\\)\]\((command:[^?)]*)/g)].map((one) => one[1]),
      ['command:tavora.openStudio'],
    );
    assert.equal(/(?<!\\)<b/.test(text), false);
  });
});
