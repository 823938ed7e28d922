import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { apiBase } from '../../../src/protocol';
import { holderName } from '../../../src/runtime/lock';
import { RuntimeProcess } from '../support/process';
import { assertDocumentsKept, assertRunsKept, assertServed, assertSound } from './survivors';
import { nothing, Workload } from './workload';

/** How often the runtime is killed; fewer while somebody works on this test. */
const kills = Number(process.env.TAVORA_TEST_KILLS ?? 100);
/** One in so many dies while it starts. */
const starting = 10;
/**
 * So many milliseconds at most pass until a kill, counted in every other round from the first step of a run: cold
 * runtimes are not much further than their first requests by then.
 */
const longestWork = 120;
const env = { TAVORA_EMBEDDING_MODEL: 'none' };
const args = ['--api-key', 'tvr_kills', '--log-level', 'warn'];

describe('a runtime that is killed at any moment', () => {
  let folder = '';
  let alive: RuntimeProcess | undefined;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-kills-'));
  });
  after(async () => {
    await alive?.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  it(`has kept everything that it acknowledged, ${kills} times`, async () => {
    const done = nothing();
    let lately: typeof done.runs = [];
    const seen = { events: 0, unfinished: 0 };
    for (let round = 1; round <= kills; round++) {
      alive = new RuntimeProcess(folder, args, env);
      if (round % starting === 0) {
        await setTimeout(Math.random() * 200);
        await alive.kill();
        continue;
      }
      const ready = await alive.ready();
      assert.equal(await readFile(path.join(folder, holderName), 'utf8'), String(alive.child.pid));
      assertSound(folder);
      await assertServed(ready, done);
      assertRunsKept(folder, lately);
      const before = done.runs.length;
      const workload = new Workload(ready, done);
      const working = workload.run();
      // A failure that is not the kill's ends the test at once.
      if (round % 2 === 0) await Promise.race([workload.firstStep, working]);
      await Promise.race([setTimeout(Math.random() * longestWork), working]);
      workload.stop();
      await alive.kill();
      await working;
      lately = done.runs.slice(before);
      seen.events += lately.reduce((sum, { events }) => sum + events.length, 0);
      seen.unfinished += lately.filter((run) => !run.done && run.events.length > 0).length;
    }
    alive = new RuntimeProcess(folder, args, env);
    const ready = await alive.ready();
    assertSound(folder);
    assertRunsKept(folder, done.runs);
    await assertServed(ready, done);
    await settled(ready.url);
    assertDocumentsKept(folder, done.documents);
    // Else the kills came before there was anything to lose.
    const counts = { ...seen, versions: done.versions.length, documents: done.documents.length };
    assert.ok(
      Object.values(counts).every((count) => count > kills / 20),
      JSON.stringify(counts),
    );
  }).timeout(400_000);

  /** Waits until every document has been read. */
  async function settled(url: string): Promise<void> {
    for (;;) {
      const counts = await Promise.all(
        ['pending', 'processing'].map(async (status) => {
          const answer = await fetch(`${url}${apiBase}/documents?limit=500`, {
            headers: { 'X-API-Key': 'tvr_kills' },
          });
          const { data } = (await answer.json()) as { data: { status: string }[] };
          return data.filter((document) => document.status === status).length;
        }),
      );
      if (counts.every((count) => count === 0)) return;
      await setTimeout(50);
    }
  }
});
