import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ConnectionError } from '../../../src/client';
import { CaseLabels, type EvalFile } from '../../../src/project';
import { EvalRunDetail } from '../../../src/protocol';
import type { Deciding } from '../../../src/workbench/delivery/preview/deciding';
import type { Gate } from '../../../src/workbench/delivery/preview/gate';
import type { CaseNews, RunsOver } from '../../../src/workbench/delivery/preview/gate-cases';
import { GatePage } from '../../../src/workbench/delivery/preview/gate-page';
import { until } from '../support/api';

const file = { path: 'agents/support/evals/one.json', name: 'One' } as EvalFile;
const agent = { id: 'support', name: 'Support', configPath: 'agents/support/agent.jsonc', evals: [file] };
const detail = EvalRunDetail.parse({
  run: {
    id: 'r',
    status: 'completed',
    total_cases: 1,
    passed: 1,
    failed: 0,
    created_at: '2026-01-01T00:00:00Z',
    source_hash: 'now',
  },
  results: [{ id: 'e', case_name: 'One', score: 9, pass: true, session_id: 's' }],
});
const over = (...details: EvalRunDetail[]): ReadonlyMap<string, RunsOver> =>
  new Map([['support', { details, labels: CaseLabels.of(agent), isForeign: false }]]);

describe('The page of the evals that decide', () => {
  const gates: ReadonlyMap<string, Gate> = new Map([['support', { kind: 'none' }]]);
  let changed: vscode.EventEmitter<void>;
  let page: GatePage | undefined;
  let renewals: number;
  beforeEach(() => {
    changed = new vscode.EventEmitter();
    renewals = 0;
  });
  afterEach(() => {
    page?.dispose();
    changed.dispose();
  });

  /** Makes a page of these evals, which waits for the server's results for a twentieth of a second. */
  const pageOf = (change: Partial<Deciding>): GatePage => {
    const deciding: Deciding = {
      title: 'Deployment of support',
      place: 'Staging',
      agents: [agent],
      gates: async () => gates,
      read: async () => over(),
      hasTraces: () => true,
      onDidChange: changed.event,
      cannotRun: '',
      uri: (_, path) => vscode.Uri.file(`/${path}`),
      ...change,
    };
    const services = { context: undefined as never, log: { error: () => undefined } as never };
    const shown = { column: undefined, left: new AbortController().signal };
    const renew = async () => {
      renewals += 1;
      return gates;
    };
    page = new GatePage(services, deciding, gates, shown, renew, 50);
    return page;
  };
  const cases = ({ state }: GatePage) => state.agents.flatMap((one) => one.cases);

  it('says that the server did not give the results in time, and shows no case before it does', async () => {
    let silent = true;
    const read = (signal: AbortSignal) =>
      new Promise<ReadonlyMap<string, RunsOver>>((resolve, reject) => {
        const target = { url: 'http://127.0.0.1/', origin: 'http://127.0.0.1', method: 'GET', path: '/' };
        const aborted = () => reject(new ConnectionError('aborted', 'GET / was cancelled.', target));
        signal.addEventListener('abort', aborted, { once: true });
        if (!silent) resolve(over());
      });
    const slow = pageOf({ read });
    assert.deepEqual(cases(slow), []);
    await slow.read();
    assert.equal(
      slow.state.problem,
      'Staging did not give the results within 0.05 seconds. Refresh asks again.',
    );
    assert.deepEqual(cases(slow), []);
    silent = false;
    await slow.handle({ type: 'refresh' });
    assert.equal(slow.state.problem, '');
    assert.deepEqual(
      cases(slow).map(({ kind }) => kind),
      ['none'],
    );
  });

  it('asks anew when a run has ended that was not begun from it, once', async () => {
    let news: CaseNews | undefined;
    const follower = pageOf({ newest: () => news });
    await follower.read();
    const { run, results } = detail;
    news = { run: { ...run, status: 'running' }, results, kind: 'judged' };
    changed.fire();
    assert.equal(renewals, 0, 'it goes on');
    news = { run, results, kind: 'judged' };
    changed.fire();
    await until('it has asked', () => renewals === 1 && !follower.state.reading);
    assert.equal(cases(follower)[0]?.kind, 'passed');
    changed.fire();
    assert.equal(follower.state.reading, false);
    assert.equal(renewals, 1);
  });

  it('leads to traces only while the studio can open them', async () => {
    let chosen = true;
    const traced = pageOf({ read: async () => over(detail), hasTraces: () => chosen });
    await traced.read();
    assert.equal(cases(traced)[0]?.sessionId, 's');
    chosen = false;
    assert.equal(cases(traced)[0]?.sessionId, '');
  });
});
