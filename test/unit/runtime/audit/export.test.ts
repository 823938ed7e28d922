import assert from 'node:assert/strict';
import fc from 'fast-check';
import Papa from 'papaparse';
import type { AuditEntry } from '../../../../src/protocol';
import { Audit, actor, runAs, toCsv, toJson } from '../../../../src/runtime/audit';
import { openStore } from '../../../../src/runtime/store';

const entry: AuditEntry = {
  id: '1',
  project_id: 'p',
  actor_user_id: null,
  actor_api_key_id: 'key',
  action: 'index.create',
  subject_type: 'index',
  subject_id: 'i',
  agent_version_id: null,
  session_id: null,
  metadata: {},
  created_at: '2026-01-01T00:00:00.000Z',
};

async function* entries(...changes: Partial<AuditEntry>[]): AsyncGenerator<AuditEntry> {
  for (const change of changes) yield { ...entry, ...change };
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

describe('an export of the audit log', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
    it(`writes a cell that starts with ${JSON.stringify(start)} as text`, async () => {
      const id = `${start}1+2\nsecond, "line"`;
      const { data } = Papa.parse<Record<string, string>>(await textOf(toCsv(entries({ subject_id: id }))), {
        header: true,
        skipEmptyLines: true,
      });
      assert.deepEqual(
        data.map(({ subject_id }) => subject_id),
        [`'${id}`],
      );
    });
  }

  it('leaves other cells as they are', async () => {
    const id = 'a=b, \'c\' "d"\r\ne;f';
    const text = await textOf(toCsv(entries({ subject_id: id, metadata: { name: '=1' } })));
    const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
    assert.deepEqual([data[0]?.subject_id, data[0]?.metadata], [id, '{"name":"=1"}']);
    assert.ok(text.endsWith('\r\n'));
  });

  it('reads back as it was, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.jsonValue(), async (id, value) => {
        const text = await textOf(toCsv(entries({ subject_id: id, metadata: { value } })));
        const { data, errors } = Papa.parse<Record<string, string>>(text, {
          header: true,
          delimiter: ',',
          newline: '\r\n',
          skipEmptyLines: true,
        });
        const back = data[0]?.subject_id ?? '';
        const guarded = /^'[=+\-@\t\r\n＝＋－＠]/.test(back) && !id.startsWith("'");
        assert.deepEqual(errors, []);
        assert.equal(guarded ? back.slice(1) : back, id);
        assert.deepEqual(JSON.parse(data[0]?.metadata ?? ''), JSON.parse(JSON.stringify({ value })));
      }),
    );
  });

  it('as JSON is a list, an entry a line', async () => {
    const text = await textOf(toJson(entries({}, { id: '2' })));
    assert.equal(text.trim().split('\n').length, 4);
    assert.deepEqual(JSON.parse(text), [entry, { ...entry, id: '2' }]);
  });
});

describe('the audit trail', () => {
  it('knows the actor in whatever follows from a request, and nobody elsewhere', async () => {
    const somebody = { keyId: 'k', userId: 'u' };
    const later = runAs(somebody, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return actor();
    });
    assert.deepEqual(actor(), { keyId: null, userId: null });
    assert.deepEqual(await later, somebody);
  });

  it('is kept with the change, or not at all', async () => {
    const store = await openStore(':memory:');
    const { id } = await store.projects.ensure('p', 'P', '');
    const audit = new Audit(store, id);
    const record = { action: 'index.create', subjectType: 'index', subjectId: null };
    await assert.rejects(
      store.transaction(async (nouns) => {
        await audit.record(record, nouns);
        throw new Error('No.');
      }),
    );
    const first = { limit: 50, offset: 0 };
    assert.equal((await store.audit.list(id, {}, first)).total, 0);
    await runAs({ keyId: 'k', userId: 'u' }, () => audit.record(record));
    const { entries: kept } = await store.audit.list(id, { actorUserId: 'u' }, first);
    assert.deepEqual(
      kept.map(({ actor_api_key_id, metadata }) => [actor_api_key_id, metadata]),
      [['k', {}]],
    );
    await store.close();
  });

  it('is read in lots, without a gap or a repeat', async () => {
    const store = await openStore(':memory:');
    const { id } = await store.projects.ensure('p', 'P', '');
    const audit = new Audit(store, id);
    await store.transaction(async (nouns) => {
      for (let number = 0; number < 1_234; number++) {
        await audit.record({ action: 'a', subjectType: 's', subjectId: String(number) }, nouns);
      }
    });
    const ids: (string | null | undefined)[] = [];
    for await (const { subject_id } of store.audit.each(id, {})) {
      ids.push(subject_id);
      // What comes in meanwhile is left out.
      if (ids.length === 1) await audit.record({ action: 'a', subjectType: 's', subjectId: 'late' });
    }
    assert.deepEqual(
      ids,
      Array.from({ length: 1_234 }, (_, at) => String(1_233 - at)),
    );
    await store.close();
  });
});
