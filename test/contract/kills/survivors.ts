import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { apiBase, type ReadyLine } from '../../../src/protocol';
import { databaseName } from '../../../src/runtime/store';
import { type Acknowledged, sourceOf } from './workload';

interface StepRow {
  step_index: number;
  step_type: string;
  content: string;
}

/** Reads the database beside the runtime that has it, as any reader of SQLite may. */
function reading<T>(folder: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path.join(folder, databaseName), { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

/** The database is whole, and no session is left as if it still ran. */
export function assertSound(folder: string): void {
  reading(folder, (database) => {
    assert.equal(database.prepare('pragma integrity_check').get()?.integrity_check, 'ok');
    assert.deepEqual(database.prepare('pragma foreign_key_check').all(), []);
    const left = database.prepare("select id from sessions where status in ('running', 'waiting')").all();
    assert.deepEqual(left, [], 'no session is left running');
  });
}

/** Every step that a client has seen is kept as it was sent, in an unbroken row, and a run that ended has ended. */
export function assertRunsKept(folder: string, runs: Acknowledged['runs']): void {
  reading(folder, (database) => {
    const stepsOf = database.prepare(
      'select step_index, step_type, content from steps where session_id = ? order by step_index',
    );
    const statusOf = database.prepare('select status from sessions where id = ?');
    for (const { sessionId, events, done } of runs) {
      const steps = stepsOf.all(sessionId) as unknown as StepRow[];
      assert.deepEqual(
        steps.map((step) => step.step_index),
        steps.map((_step, index) => index),
      );
      for (const event of events) {
        if (event.step_index === undefined) continue;
        const step = steps[Number(event.step_index)];
        assert.deepEqual(
          [step?.step_type, step?.content],
          [event.type, event.content],
          `step ${String(event.step_index)} of ${sessionId}`,
        );
      }
      const status = statusOf.get(sessionId)?.status;
      if (done) assert.equal(status, 'completed');
      else assert.ok(['idle', 'interrupted', 'completed', 'cancelled'].includes(String(status)), `${status}`);
    }
  });
}

/** What was synced, deployed and uploaded is served. */
export async function assertServed(ready: ReadyLine, done: Acknowledged): Promise<void> {
  const ask = async <T>(method: string, pathname: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${ready.url}${apiBase}${pathname}`, {
      method,
      headers: { 'X-API-Key': ready.apiKey },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.equal(response.status, 200, `${method} ${pathname}`);
    return (await response.json()) as T;
  };
  for (const [project, staged] of done.staged) {
    // Each that was tried since then may have been staged, though nobody was told.
    const last = done.tried.get(project) ?? staged;
    const possible = Array.from({ length: last - staged + 1 }, (_, at) => staged + at);
    const same = await Promise.all(
      possible.map(async (number) => {
        const diff = await ask<{ inSync: boolean }>('POST', '/source-diff', await sourceOf(project, number));
        return diff.inSync;
      }),
    );
    assert.ok(same.includes(true), `edition ${possible.join(' or ')} of ${project} is staged`);
  }
  for (const agentId of new Set(done.versions.map((version) => version.agentId))) {
    const kept = await ask<{ id: string }[]>('GET', `/agent-configs/${agentId}/versions`);
    const lost = done.versions.filter(
      (version) => version.agentId === agentId && !kept.some(({ id }) => id === version.versionId),
    );
    assert.deepEqual(lost, []);
  }
  const newest = done.documents.at(-1);
  if (newest) {
    assert.equal((await ask<{ name: string }>('GET', `/documents/${newest.id}`)).name, newest.name);
  }
}

/** Every document that was acknowledged is there with its bytes. */
export function assertDocumentsKept(folder: string, documents: Acknowledged['documents']): void {
  reading(folder, (database) => {
    const named = database.prepare('select name, status from documents where id = ?');
    for (const { id, name } of documents) {
      const row = named.get(id);
      assert.equal(row?.name, name);
      assert.notEqual(row?.status, 'error', name);
    }
  });
}
