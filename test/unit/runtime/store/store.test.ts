import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseName, type NewSession, openStore, type Store } from '../../../../src/runtime/store';

describe('the store', () => {
  let folder = '';
  let store: Store;
  let projectId = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-store-'));
    await open();
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<void> {
    store = await openStore(folder);
    projectId = (await store.projects.ensure('local', 'Local', '')).id;
  }

  const newSession = (change: Partial<NewSession> = {}) =>
    store.sessions.create({
      projectId,
      agentId: null,
      target: 'live',
      versionId: null,
      title: '',
      tools: null,
      metadata: {},
      indexIds: null,
      ...change,
    });

  const newAgent = (localId = 'a') =>
    store.agents.put(
      { projectId, sourceProject: 'shop', environment: '', localId },
      { name: localId, description: '' },
    );

  const file = (text: string, name = 'a.md') => ({
    path: name,
    hash: `sha256:${text}`,
    size: text.length,
    bytes: Buffer.from(text),
  });

  it('keeps what it holds when it is opened again', async () => {
    const { id } = await newSession({ title: 'Kept', metadata: { a: [1, { b: null }] }, indexIds: [] });
    const before = projectId;
    await store.close();
    await open();
    assert.equal(projectId, before);
    const session = await store.sessions.get(projectId, id);
    assert.equal(session?.title, 'Kept');
    assert.deepEqual(session?.metadata, { a: [1, { b: null }] });
    assert.deepEqual(session?.index_ids, []);
  });

  it('writes ahead, checks references, and waits for a busy file', async () => {
    const raw = new DatabaseSync(path.join(folder, databaseName));
    try {
      assert.deepEqual({ ...raw.prepare('pragma journal_mode').get() }, { journal_mode: 'wal' });
    } finally {
      raw.close();
    }
    await assert.rejects(store.drafts.put('nobody', 'nothing', ''), /FOREIGN KEY/);
  });

  it('keeps all of a transaction or none', async () => {
    await assert.rejects(
      store.transaction(async (nouns) => {
        await nouns.agents.put(
          { projectId, sourceProject: 'shop', environment: '', localId: 'x' },
          { name: 'x', description: '' },
        );
        throw new Error('no');
      }),
      /no/,
    );
    assert.deepEqual(await store.agents.list(projectId), []);
    await newAgent();
    assert.equal((await store.agents.list(projectId)).length, 1);
  });

  it('lets others wait while a transaction is open', async () => {
    const order: string[] = [];
    const first = store.transaction(async (nouns) => {
      await nouns.agents.list(projectId);
      order.push('inside');
      await new Promise((resolve) => setImmediate(resolve));
      order.push('end');
    });
    const second = newSession().then(() => order.push('after'));
    await Promise.all([first, second]);
    assert.deepEqual(order, ['inside', 'end', 'after']);
  });

  it('stores bytes once, and drops them with the last tree that has them', async () => {
    const agent = await newAgent();
    const first = await store.trees.put(agent.id, 'h1', [file('same'), file('one', 'b.md')]);
    const second = await store.trees.put(agent.id, 'h2', [file('same')]);
    assert.equal(await store.trees.put(agent.id, 'h1', []), first);
    await store.drafts.put(agent.id, second, '');
    await store.trees.prune();
    assert.equal(await store.trees.get(first), undefined);
    assert.deepEqual(
      (await store.trees.files(second)).map(({ path: name, bytes }) => [name, Buffer.from(bytes).toString()]),
      [['a.md', 'same']],
    );
    const raw = new DatabaseSync(path.join(folder, databaseName));
    assert.deepEqual(
      raw
        .prepare('select hash from blobs')
        .all()
        .map((row) => row.hash),
      ['sha256:same'],
    );
    raw.close();
  });

  it('keeps bytes of every value', async () => {
    const agent = await newAgent();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const id = await store.trees.put(agent.id, 'h', [{ path: 'x', hash: 'x', size: 256, bytes }]);
    assert.deepEqual(new Uint8Array((await store.trees.files(id))[0]?.bytes ?? []), bytes);
  });

  it('deletes an agent with all that is its own, and lets its sessions be', async () => {
    const agent = await newAgent();
    const tree = await store.trees.put(agent.id, 'h', [file('a')]);
    await store.drafts.put(agent.id, tree, '');
    const more = { eval_suite_id: null, eval_suite_version: null, created_by: null };
    const version = await store.versions.add(agent.id, tree, '1.0.0', more);
    const { id } = await newSession({ agentId: agent.id, versionId: version.id });
    await store.agents.delete(agent.id);
    assert.equal(await store.versions.get(version.id), undefined);
    const session = await store.sessions.get(projectId, id);
    assert.deepEqual([session?.agent_id, session?.version_id], [null, null]);
  });

  it('counts steps where they stand, and orders them', async () => {
    const { id } = await newSession();
    for (const index of [0, 1, 2])
      await store.steps.add(id, index, { type: 'message', content: String(index) });
    await assert.rejects(store.steps.add(id, 2, { type: 'message', content: 'again' }), /UNIQUE/);
    assert.equal((await store.sessions.get(projectId, id))?.step_count, 3);
    assert.deepEqual(
      (await store.steps.list(id)).map((step) => step.content),
      ['0', '1', '2'],
    );
    await store.sessions.delete(id);
    assert.deepEqual(await store.steps.list(id), []);
  });

  it('marks sessions interrupted that were running or waiting, and no other', async () => {
    const ids: string[] = [];
    for (const status of ['running', 'waiting', 'completed', 'idle'] as const) {
      const { id } = await newSession();
      await store.sessions.setStatus(id, status);
      ids.push(id);
    }
    assert.equal(await store.sessions.markInterrupted(), 2);
    const after = await Promise.all(ids.map((id) => store.sessions.get(projectId, id)));
    assert.deepEqual(
      after.map((session) => session?.status),
      ['interrupted', 'interrupted', 'completed', 'idle'],
    );
  });

  it('adds up what runs spend', async () => {
    const { id } = await newSession();
    for (let run = 0; run < 2; run++) {
      await store.sessions.finish(id, 'completed', { promptTokens: 3, completionTokens: 2, durationMs: 10 });
    }
    const session = await store.sessions.get(projectId, id);
    assert.deepEqual([session?.prompt_tokens, session?.completion_tokens, session?.duration_ms], [6, 4, 20]);
  });

  it('keeps projects apart', async () => {
    const other = await store.projects.ensure('other', 'Other', '');
    const { id } = await newSession();
    const agent = await newAgent();
    assert.equal(await store.sessions.get(other.id, id), undefined);
    assert.equal(await store.agents.get(other.id, agent.id), undefined);
    assert.deepEqual(await store.sessions.list(other.id, { limit: 50, offset: 0 }), []);
  });

  it('does not take text for SQL', async () => {
    const title = `'); drop table sessions; --`;
    const { id } = await newSession({ title });
    assert.equal((await store.sessions.get(projectId, id))?.title, title);
    assert.equal(await store.sessions.get(projectId, "' or 1=1 --"), undefined);
  });
});
