import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import type { AgentConfig, AgentSession, AgentStep, DocumentPage } from '../../src/protocol';
import { databaseName } from '../../src/runtime/store';
import { migrations } from '../../src/runtime/store/migrations';
import { RuntimeProcess } from './support/process';
import { Server } from './support/server';

const fixtures = path.resolve('test/fixtures/databases');

/** A data folder with a database of an earlier version. */
async function folderOf(version: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-upgrade-'));
  const packed = await readFile(path.join(fixtures, `${version}.db.gz`));
  await writeFile(path.join(folder, databaseName), gunzipSync(packed));
  return folder;
}

describe('a database of an earlier version', () => {
  for (const version of ['0001', '0002']) {
    describe(version, () => {
      const server = new Server();
      before(async () => {
        server.data = await folderOf(version);
        await server.start();
      });
      after(() => server.dispose());

      it('is brought to the newest schema, and is whole', () => {
        const database = new DatabaseSync(path.join(server.data, databaseName), { readOnly: true });
        try {
          const names = database.prepare('select name from kysely_migration order by name').all();
          assert.deepEqual(
            names.map(({ name }) => name),
            Object.keys(migrations),
          );
          assert.deepEqual(database.prepare('pragma foreign_key_check').all(), []);
          assert.equal(database.prepare('pragma integrity_check').get()?.integrity_check, 'ok');
        } finally {
          database.close();
        }
      });

      it('keeps its session and steps', async () => {
        const { sessions } = (await server.json<{ sessions: AgentSession[] }>('GET', '/agents')).body;
        assert.deepEqual(
          sessions.map(({ title, status, metadata }) => [title, status, metadata?.note]),
          [['Where is my order?', 'idle', 'kept']],
        );
        const { steps } = (await server.json<{ steps: AgentStep[] }>('GET', `/agents/${sessions[0]?.id}`))
          .body;
        assert.deepEqual(
          steps.map(({ step_type: type, content }) => [type, content]),
          [
            ['message', 'Where is my order? 🚚'],
            ['response', 'On its way.'],
          ],
        );
      });

      it('keeps its agent, whose source still runs', async () => {
        const [config] = (await server.json<AgentConfig[]>('GET', '/agent-configs')).body;
        assert.equal(config?.code_first_local_id, 'support');
        const created = await server.json<AgentSession>('POST', '/agents', {
          agent_id: config?.id,
          target: 'draft',
          model: 'test/scripted',
        });
        assert.equal(created.status, 201);
        server.model.says('Hello.');
        const events = await server.run(created.body.id, 'hi');
        assert.equal(events.at(-1)?.type, 'done');
        assert.match(server.model.requests.at(-1)?.system ?? '', /customers of a shop\. Größe: 42 €/);
      });

      if (version > '0001') {
        it('keeps its documents, and finds them', async () => {
          const page = (await server.json<DocumentPage>('GET', '/documents')).body;
          assert.deepEqual(
            page.data.map(({ name, status, metadata }) => [name, status, metadata]),
            [['returns.md', 'ready', { lang: 'en' }]],
          );
          const found = await server.json<{ results: { content: string }[] }>('POST', '/search', {
            query: 'returned goods',
          });
          assert.match(found.body.results[0]?.content ?? '', /thirty days/);
        });
      }
    });
  }
});

describe('a database that this version cannot use', () => {
  let folder = '';
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function refusal(): Promise<string> {
    const runtime = new RuntimeProcess(folder);
    assert.equal(await runtime.ended, 1);
    assert.deepEqual(runtime.output, []);
    assert.doesNotMatch(runtime.errors, /\n\s+at /, 'a person is shown no stack');
    return runtime.errors;
  }

  it('is refused, and left as it is, when a newer version wrote it', async () => {
    folder = await folderOf('0002');
    const file = path.join(folder, databaseName);
    const database = new DatabaseSync(file);
    database
      .prepare('insert into kysely_migration (name, timestamp) values (?, ?)')
      .run('9001-wings', '2031');
    database.close();
    assert.match(
      await refusal(),
      /written by a newer version of the runtime \(it has 9001-wings\)\. Update Tavora, or choose another data folder/,
    );
    const after = new DatabaseSync(file, { readOnly: true });
    const { count } = after.prepare('select count(*) as count from kysely_migration').get() ?? {};
    after.close();
    assert.equal(count, 3);
  });

  for (const [what, bytes] of [
    ['is no database', Buffer.from('This is a note about the database.'.repeat(200))],
    ['was cut off', undefined],
  ] as const) {
    it(`is refused with a sentence when it ${what}`, async () => {
      folder = await folderOf('0002');
      const file = path.join(folder, databaseName);
      await writeFile(file, bytes ?? (await readFile(file)).subarray(0, 9_000));
      assert.match(
        await refusal(),
        /The database .*tavora\.db is damaged, or is none\. Move it away to start anew/,
      );
    });
  }
});
