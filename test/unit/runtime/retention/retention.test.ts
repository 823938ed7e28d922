import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Audit } from '../../../../src/runtime/audit';
import { Log } from '../../../../src/runtime/log';
import { Retention } from '../../../../src/runtime/retention';
import type { Clock } from '../../../../src/runtime/schedule/clock';
import { databaseName, openStore, type Store } from '../../../../src/runtime/store';
import { computedMs } from '../../../fixtures/computed';

const day = 24 * 60 * 60_000;

/** A clock whose time and alarms the test moves. */
class ManualClock implements Clock {
  time = Date.now();
  readonly alarms: { ms: number; work: () => void }[] = [];

  now(): Date {
    return new Date(this.time);
  }

  after(ms: number, work: () => void): () => void {
    const alarm = { ms, work };
    this.alarms.push(alarm);
    return () => {
      const at = this.alarms.indexOf(alarm);
      if (at >= 0) this.alarms.splice(at, 1);
    };
  }
}

describe('retention', () => {
  let folder = '';
  let store: Store;
  let projectId = '';
  const clock = new ManualClock();
  const logged: string[] = [];
  let retention: Retention | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-retention-'));
    store = await openStore(folder);
    projectId = (await store.projects.ensure('local', 'Local', '')).id;
    clock.time = Date.now();
    clock.alarms.length = 0;
    logged.length = 0;
  });

  afterEach(async () => {
    await retention?.close();
    retention = undefined;
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  function keeping(given: { keepDays: number; keepSessions: number; keepAuditDays?: number }): Retention {
    const limits = { keepAuditDays: 0, ...given };
    const log = new Log('info', (line) => logged.push(line));
    retention = new Retention({ store, audit: new Audit(store, projectId), limits, clock, log });
    return retention;
  }

  async function newSession(title: string, steps = 0, content = 'x'): Promise<string> {
    const session = await store.sessions.create({
      projectId,
      agentId: null,
      target: 'live',
      versionId: null,
      title,
      tools: null,
      metadata: {},
      indexIds: null,
    });
    await store.transaction(async (nouns) => {
      for (let step = 0; step < steps; step++)
        await nouns.steps.add(session.id, step, { type: 'message', content });
    });
    // Sessions are told apart by their times, which have milliseconds.
    const made = Date.now();
    while (Date.now() === made) await new Promise((resolve) => setImmediate(resolve));
    return session.id;
  }

  const titles = async () =>
    (await store.sessions.list(projectId, { limit: 500, offset: 0 })).map(({ title }) => title).reverse();

  it('deletes what has been left alone for too long, with all its steps', async () => {
    const old = await newSession('old', 1_203);
    await newSession('other', 2);
    clock.time += 31 * day;
    assert.equal(await keeping({ keepDays: 32, keepSessions: 0 }).prune(), 0);
    await retention?.close();
    assert.equal(await keeping({ keepDays: 30, keepSessions: 0 }).prune(), 2);
    assert.deepEqual(await titles(), []);
    assert.equal((await store.steps.list(old)).length, 0);
    assert.match(logged.join(''), /2 old sessions were deleted/);
  });

  it('keeps the newest of too many', async () => {
    for (const title of ['a', 'b', 'c', 'd']) await newSession(title);
    assert.equal(await keeping({ keepDays: 0, keepSessions: 2 }).prune(), 2);
    assert.deepEqual(await titles(), ['c', 'd']);
  });

  it('keeps all when it is told to', async () => {
    await newSession('a', 3);
    clock.time += 10_000 * day;
    assert.equal(await keeping({ keepDays: 0, keepSessions: 0, keepAuditDays: 0 }).prune(), 0);
    assert.deepEqual(await titles(), ['a']);
  });

  it('never deletes one that runs or waits, or that a schedule goes on with', async () => {
    const running = await newSession('running');
    const waiting = await newSession('waiting');
    const scheduled = await newSession('scheduled');
    await newSession('idle');
    await store.sessions.setStatus(running, 'running');
    await store.sessions.setStatus(waiting, 'waiting');
    await store.schedules.create({
      project_id: projectId,
      agent_session_id: scheduled,
      agent_id: null,
      source_key: null,
      name: 'nightly',
      cron_expression: '0 3 * * *',
      timezone: 'UTC',
      message: 'Count.',
      next_run_at: null,
    });
    clock.time += 400 * day;
    assert.equal(await keeping({ keepDays: 1, keepSessions: 1 }).prune(), 1);
    assert.deepEqual((await titles()).sort(), ['running', 'scheduled', 'waiting']);
  });

  it('never deletes one that an eval’s result tells of', async () => {
    const told = await newSession('told of');
    await newSession('other');
    // A result as the store would keep it; its run and case matter to nobody here.
    const database = new DatabaseSync(path.join(folder, databaseName));
    database.exec('pragma foreign_keys=off');
    database
      .prepare(
        'insert into eval_results (id, run_id, position, case_id, case_name, set_name, repetition, ' +
          'pass_threshold, status, reasoning, response, tool_calls, session_id) ' +
          "values ('r', 'run', 0, 'c', 'Case', 'set', 1, 7, 'done', '', '', '[]', ?)",
      )
      .run(told);
    database.close();
    clock.time += 400 * day;
    assert.equal(await keeping({ keepDays: 1, keepSessions: 1 }).prune(), 1);
    assert.deepEqual(await titles(), ['told of']);
  });

  it('tells the audit trail', async () => {
    await newSession('a');
    clock.time += 2 * day;
    await keeping({ keepDays: 1, keepSessions: 0 }).prune();
    const { entries } = await store.audit.list(projectId, {}, { limit: 10, offset: 0 });
    assert.deepEqual(
      entries.map(({ action, metadata }) => [action, metadata]),
      [['session.prune', { sessions: 1 }]],
    );
  });

  it('gives the room back: the file becomes small again', async () => {
    const file = path.join(folder, databaseName);
    for (let session = 0; session < 20; session++) await newSession(`${session}`, 200, 'text '.repeat(400));
    await store.space.shorten();
    const before = (await stat(file)).size;
    assert.ok(before > 8_000_000, `${before}`);
    await keeping({ keepDays: 0, keepSessions: 1 }).prune();
    const after = (await stat(file)).size;
    assert.ok(after < before / 5, `${before} became ${after}`);
    assert.deepEqual(await titles(), ['19']);
    assert.ok((await stat(`${file}-wal`)).size < 1_000_000);
  });

  it('lets other work in between', async () => {
    for (let session = 0; session < 6; session++) await newSession(`${session}`, 1_500);
    clock.time += 2 * day;
    const pruning = keeping({ keepDays: 1, keepSessions: 0 }).prune();
    let longest = 0;
    let done = false;
    void pruning.finally(() => {
      done = true;
    });
    let turns = 0;
    while (!done) {
      const began = computedMs();
      await newSession(`meanwhile ${turns++}`);
      longest = Math.max(longest, computedMs() - began);
    }
    await pruning;
    assert.ok(turns > 3, `${turns} sessions were created meanwhile`);
    assert.ok(longest < 500, `one took ${longest} ms`);
  });

  it('works by itself, later and again, and says when it cannot', async () => {
    await newSession('a');
    clock.time += 2 * day;
    keeping({ keepDays: 1, keepSessions: 0 });
    const [first] = clock.alarms.splice(0);
    assert.equal(first?.ms, 60_000);
    first.work();
    while ((await titles()).length > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      clock.alarms.map(({ ms }) => ms),
      [3_600_000],
    );
    await retention?.close();
    assert.deepEqual(clock.alarms, []);
  });

  it('deletes entries of the audit log that are older than told, and none for 0', async () => {
    const audit = new Audit(store, projectId);
    const count = async () => (await store.audit.list(projectId, {}, { limit: 1, offset: 0 })).total;
    await store.transaction(async (nouns) => {
      for (let entry = 0; entry < 1_500; entry++) {
        await audit.record({ action: 'a', subjectType: 's', subjectId: null }, nouns);
      }
    });
    clock.time += 11 * day;
    await keeping({ keepDays: 0, keepSessions: 0, keepAuditDays: 0 }).prune();
    await keeping({ keepDays: 0, keepSessions: 0, keepAuditDays: 12 }).prune();
    assert.equal(await count(), 1_500);
    await keeping({ keepDays: 0, keepSessions: 0, keepAuditDays: 10 }).prune();
    assert.equal(await count(), 0);
  });
});

describe('source that nothing holds', () => {
  it('goes with the next pass', async () => {
    const store = await openStore(':memory:');
    const projectId = (await store.projects.ensure('local', 'Local', '')).id;
    const agent = await store.agents.put(
      { projectId, sourceProject: 'shop', localId: 'a', environment: 'default' },
      { name: 'a', description: '' },
    );
    const bytes = Buffer.from('text');
    const tree = await store.trees.put(agent.id, 'sha256:1', [
      { path: 'a.md', hash: 'sha256:2', size: 4, bytes },
    ]);
    const retention = new Retention({
      store,
      audit: new Audit(store, projectId),
      limits: { keepDays: 1, keepSessions: 1, keepAuditDays: 1 },
      clock: new ManualClock(),
      log: new Log('error'),
    });
    await retention.prune();
    assert.equal(await store.trees.get(tree), undefined);
    await retention.close();
    await store.close();
  });
});
