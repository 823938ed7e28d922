import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ChunkHit, Document } from '../../../src/protocol';
import { docx, pdf, xlsx, zipBomb } from '../../fixtures/knowledge/files';
import { Server } from '../support/server';
import { type Failure, Library } from './library';

describe('knowledge: documents over HTTP', () => {
  const server = new Server();
  let library = new Library(server);
  before(() => server.start({ limits: { file: 2 * 1024 * 1024 } }));
  after(() => server.dispose());
  beforeEach(async () => {
    library = await new Library(server).create();
  });

  it('answers an upload at once and reads it in the background', async () => {
    const text = '# Refunds\n\nWithin fourteen days.';
    const { status, body } = await library.upload('refunds.md', text, { metadata: { source: 'wiki' } });
    assert.equal(status, 201);
    assert.match(body.id, /^doc_/);
    const { body: log } = await server.json<{ entries: { actor_api_key_id: string }[] }>(
      'GET',
      '/audit-log?action=document.upload',
    );
    assert.deepEqual(
      { ...body, id: '', project_id: '', created_at: '', updated_at: '' },
      {
        id: '',
        project_id: '',
        index_id: library.id,
        filename: 'refunds.md',
        content_type: 'text/markdown',
        file_size: text.length,
        status: 'pending',
        error_message: null,
        page_count: null,
        chunk_count: 0,
        name: 'refunds.md',
        version: 1,
        is_latest: true,
        metadata: { source: 'wiki' },
        parent_id: null,
        created_by_api_key_id: log.entries[0]?.actor_api_key_id,
        content_sha256: createHash('sha256').update(text).digest('hex'),
        deleted_at: null,
        created_at: '',
        updated_at: '',
      },
    );
    await library.settled();
    const read = await library.get(body.id);
    assert.deepEqual([read.status, read.chunk_count, read.error_message], ['ready', 1, null]);
  });

  const formats: [string, Uint8Array | string, number | null][] = [
    [
      'rules.pdf',
      pdf([
        [{ text: 'The warehouse opens at nine.', size: 12, y: 700 }],
        [{ text: 'End', size: 12, y: 700 }],
      ]),
      2,
    ],
    ['rules.docx', docx([{ text: 'The warehouse opens at nine.' }]), null],
    ['rules.xlsx', xlsx('Rules', [['Rule'], ['The warehouse opens at nine.']]), null],
    ['rules.html', '<p>The warehouse opens at nine.</p>', null],
    ['rules.csv', 'rule\nThe warehouse opens at nine.\n', null],
    ['rules.txt', 'The warehouse opens at nine.', null],
  ];
  for (const [filename, content, pages] of formats) {
    it(`makes a Markdown sibling of ${path.extname(filename)}, which is what is found`, async () => {
      const original = await library.add(filename, content, { metadata: { team: 'x' } });
      assert.deepEqual(
        [original.status, original.chunk_count, original.page_count, original.error_message],
        ['stored', 0, pages, null],
      );
      const [sibling, ...more] = await library.list(`parent_id=${original.id}`);
      assert.equal(more.length, 0);
      assert.deepEqual(
        [sibling?.name, sibling?.filename, sibling?.content_type, sibling?.status, sibling?.chunk_count],
        [`${filename}.md`, `${filename}.md`, 'text/markdown', 'ready', 1],
      );
      assert.deepEqual(sibling?.metadata, { team: 'x', derived_from: 'extraction' });
      assert.deepEqual(await library.list('derived_from=extraction'), [sibling]);
      const [hit] = await library.search<ChunkHit>('when does the warehouse open');
      assert.equal(hit?.document_id, sibling?.id);
      assert.match(hit?.content ?? '', /The warehouse opens at nine/);
    });
  }

  it('stores what it cannot read, and never looks into it', async () => {
    const photo = await library.add('photo.png', new Uint8Array([0x89, 0x50, 0, 1]), { type: 'image/png' });
    assert.deepEqual([photo.status, photo.content_type, photo.chunk_count], ['stored', 'image/png', 0]);
    assert.equal((await library.list()).length, 1);
  });

  const broken: [string, Uint8Array | string, RegExp][] = [
    ['broken.pdf', '%PDF-1.7 and then nothing', /^The file is not a PDF that can be read: /],
    ['scan.pdf', pdf([[]]), /only pictures/],
    ['broken.docx', 'PK\x03\x04 broken', /^The file is not a Word document/],
    ['bomb.docx', zipBomb(400), /unpacks to more than 200 MB/],
    ['empty.txt', '', /^The file holds no text\.$/],
    ['binary.md', new Uint8Array([35, 0, 1, 0, 0, 9, 0, 255]), /does not hold text/],
  ];
  for (const [filename, content, message] of broken) {
    it(`says on the document what is wrong with ${filename}`, async () => {
      const document = await library.add(filename, content);
      assert.equal(document.status, 'error');
      assert.match(document.error_message ?? '', message);
      assert.match(document.error_message ?? '', /\.$/);
      assert.equal((await library.list()).length, 1);
    });
  }

  it('counts versions by name and refuses a version that is not the latest', async () => {
    const first = await library.add('plan.md', 'Plan one.');
    const second = await library.add('plan-final.md', 'Plan two.', { name: 'plan.md', if_version: '1' });
    assert.deepEqual([first.version, second.version, second.is_latest], [1, 2, true]);
    assert.equal((await library.get(first.id)).is_latest, false);

    for (const [name, version, current] of [
      ['plan.md', '1', 2],
      ['plan.md', '0', 2],
      ['new.md', '3', 0],
    ] as const) {
      const refused = await library.upload<Failure>('x.md', 'x', { name, if_version: version });
      assert.deepEqual(
        [refused.status, refused.body.code, refused.body.current_version],
        [409, 'version_conflict', current],
      );
    }
    assert.equal((await library.upload('new.md', 'New.', { if_version: '0' })).status, 201);

    const base = `/indexes/${library.id}/documents/by-name/plan.md`;
    assert.equal((await server.json<Document>('GET', base)).body.id, second.id);
    assert.equal((await server.json<Document>('GET', `${base}?version=1`)).body.id, first.id);
    assert.equal((await server.json('GET', `${base}?version=3`)).status, 404);
    assert.equal((await server.json('GET', `${base}?version=one`)).status, 400);
    const { body } = await server.json<{ versions: Document[] }>('GET', `${base}/versions`);
    assert.deepEqual(
      body.versions.map(({ id }) => id),
      [second.id, first.id],
    );
  });

  it('gives only one of many uploads at once the version that all of them expect', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        library.upload<Failure>('race.md', `Text ${at}.`, { if_version: '0' }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
    const free = await Promise.all(Array.from({ length: 8 }, () => library.upload('free.md', 'Same.')));
    assert.deepEqual(free.map(({ body }) => body.version).sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(
      (await library.settled()).filter(({ name, is_latest }) => name === 'free.md' && is_latest).length,
      1,
    );
  });

  it('finds the new version instead of the old one, and the old one again when the new is deleted', async () => {
    await library.add('hours.txt', 'We open at seven in summer.');
    const second = await library.add('hours.txt', 'We open at eleven in summer.');
    const contents = async () =>
      (await library.search<ChunkHit>('open in summer')).map(({ content }) => content);
    assert.deepEqual(await contents(), ['We open at eleven in summer.']);
    assert.equal((await server.request('DELETE', `/documents/${second.id}`)).status, 204);
    await library.settled();
    assert.deepEqual(await contents(), ['We open at seven in summer.']);
    const { body } = await server.json<Document>('GET', `/indexes/${library.id}/documents/by-name/hours.txt`);
    assert.deepEqual([body.version, body.is_latest], [1, true]);
  });

  it('deletes softly and twice, keeps the row for those who ask, and finds nothing of it', async () => {
    const document = await library.add('secret.txt', 'The vault is behind the picture.');
    for (let time = 0; time < 2; time++) {
      assert.equal(
        (await server.request('DELETE', `/indexes/${library.id}/documents/${document.id}`)).status,
        204,
      );
    }
    assert.equal((await server.json('GET', `/documents/${document.id}`)).status, 404);
    assert.deepEqual(await library.list(), []);
    assert.deepEqual(await library.search('vault behind the picture'), []);
    const deleted = await library.list('include_deleted=true');
    assert.deepEqual(deleted.map(({ name }) => name).sort(), ['secret.txt', 'secret.txt.md']);
    for (const { deleted_at: at } of deleted) assert.match(at ?? '', /Z$/);
    const { body } = await server.json<{ versions: Document[] }>(
      'GET',
      `/indexes/${library.id}/documents/by-name/secret.txt/versions`,
    );
    assert.equal(body.versions[0]?.id, document.id);
    assert.equal(
      (await server.json('GET', `/indexes/${library.id}/documents/by-name/secret.txt`)).status,
      404,
    );
    assert.equal((await library.add('secret.txt', 'Moved.')).version, 2);
  });

  it('deletes hard: rows and bytes are gone, except bytes that another document has', async () => {
    const bytes = 'Bytes that two documents have.';
    const one = await library.add('one.png', bytes);
    const two = await library.add('two.png', bytes);
    const stored = async () =>
      (await readdir(path.join(server.data, 'documents'), { recursive: true })).filter((name) =>
        name.endsWith(one.content_sha256),
      );
    assert.equal((await stored()).length, 1);
    assert.equal((await server.request('DELETE', `/documents/${one.id}?hard=true`)).status, 204);
    assert.equal((await stored()).length, 1);
    assert.equal((await server.request('DELETE', `/documents/${two.id}?hard=true`)).status, 204);
    assert.equal((await stored()).length, 0);
    assert.equal((await server.request('DELETE', `/documents/${two.id}?hard=true`)).status, 204);
    assert.deepEqual(await library.list('include_deleted=true'), []);
    assert.equal((await server.json('DELETE', `/documents/${two.id}?hard=maybe`)).status, 400);
  });

  it('deletes an index with everything in it', async () => {
    await library.add('a.txt', 'Something that nobody else says: rhubarb.');
    assert.equal((await server.request('DELETE', `/indexes/${library.id}`)).status, 204);
    const { body } = await server.json<{ results: unknown[] }>('POST', '/search', { query: 'rhubarb' });
    assert.deepEqual(body.results, []);
  });

  it('filters lists by everything the wire names', async () => {
    const one = await library.add('Alpha Report.md', 'One.', {
      metadata: { source: 'wiki', year: 2024, draft: true },
    });
    const two = await library.add('beta.md', 'One.', { metadata: { source: 'mail', 'it\'s "odd"': 'yes' } });
    const three = await library.add('gamma.md', 'Three.', { parent_id: one.id });
    const names = async (query: string) => (await library.list(query)).map(({ name }) => name).sort();
    assert.deepEqual(await names('q=REPORT'), [one.name]);
    assert.deepEqual(await names('q=%25'), []);
    assert.deepEqual(await names('source=mail'), [two.name]);
    assert.deepEqual(await names('metadata.year=2024'), [one.name]);
    assert.deepEqual(await names('metadata.draft=true'), [one.name]);
    assert.deepEqual(await names('metadata.draft=1'), []);
    assert.deepEqual(await names(`metadata.${encodeURIComponent('it\'s "odd"')}=yes`), [two.name]);
    assert.deepEqual(await names(`parent_id=${one.id}`), [three.name]);
    assert.deepEqual(await names(`content_sha256=${one.content_sha256.toUpperCase()}`), [one.name, two.name]);
    assert.deepEqual(await names(`duplicate_of=${one.id}`), [two.name]);
    assert.deepEqual(await names('source=wiki&metadata.year=2023'), []);
    assert.equal((await server.json('GET', '/documents?duplicate_of=doc_nobody')).status, 404);

    const page = await server.json<{ data: Document[]; total: number; has_more: boolean }>(
      'GET',
      `/indexes/${library.id}/documents?limit=2&offset=0`,
    );
    assert.deepEqual(
      [page.body.data.map(({ id }) => id), page.body.total, page.body.has_more],
      [[three.id, two.id], 3, true],
    );
    const rest = await server.json<{ data: Document[]; has_more: boolean }>(
      'GET',
      `/indexes/${library.id}/documents?limit=2&offset=2`,
    );
    assert.deepEqual([rest.body.data.map(({ id }) => id), rest.body.has_more], [[one.id], false]);
    assert.equal((await server.json('GET', '/documents?limit=0')).status, 400);
    assert.equal((await server.json('GET', '/documents?offset=-1')).status, 400);
  });

  it('takes the last part of a path as the name of a file', async () => {
    for (const [sent, kept] of [
      ['../../etc/passwd.md', 'passwd.md'],
      ['C:\\Users\\me\\notes.md', 'notes.md'],
      ['/abs/olute.md', 'olute.md'],
    ] as const) {
      const { status, body } = await library.upload(sent, 'x');
      assert.deepEqual([status, body.filename, body.name], [201, kept, kept]);
    }
    for (const name of ['..', '.', '/', '\u0000', 'x'.repeat(10_000)]) {
      const answer = await library.upload<Failure>(name, 'x');
      assert.deepEqual(
        [answer.status, answer.body.code],
        [400, 'bad_request'],
        JSON.stringify(name.slice(0, 10)),
      );
    }
    const folder = path.join(server.data, 'documents');
    for (const name of await readdir(folder, { recursive: true })) {
      assert.match(path.basename(name), /^[0-9a-f]{2}([0-9a-f]{62})?$/);
    }
  });

  it('says which part of an upload does not fit', async () => {
    const bad: [Parameters<Library['upload']>[2], string][] = [
      [{ metadata: 'not json' }, 'metadata'],
      [{ metadata: [1] }, 'metadata'],
      [{ metadata: { long: 'x'.repeat(70_000) } }, 'metadata'],
      [{ if_version: 'one' }, 'if_version'],
      [{ if_version: '-1' }, 'if_version'],
      [{ parent_id: 'doc_nobody' }, 'parent_id'],
      [{ index_id: 'another' }, 'index_id'],
      [{ name: 'two\nlines' }, 'name'],
      [{ name: 'x'.repeat(300) }, 'name'],
    ];
    for (const [fields, field] of bad) {
      const answer = await library.upload<Failure>('x.md', 'x', fields);
      assert.deepEqual([answer.status, answer.body.code, answer.body.field], [400, 'bad_request', field]);
    }
    const none = new FormData();
    none.set('name', 'x.md');
    assert.deepEqual((await library.post<Failure>(none)).body.field, 'file');
    const text = new FormData();
    text.set('file', 'only text');
    assert.deepEqual((await library.post<Failure>(text)).body.field, 'file');
    assert.equal((await library.post('{}', { 'content-type': 'application/json' })).status, 400);
    const torn = { 'content-type': 'multipart/form-data; boundary=xyz' };
    assert.equal((await library.post('--xyz\r\nContent-Disposition: form-data; na', torn)).status, 400);
    assert.deepEqual(await library.list('include_deleted=true'), []);
  });

  it('refuses a file over the limit and says how to raise it', async () => {
    const answer = await library.upload<Failure>('big.txt', 'x'.repeat(3 * 1024 * 1024));
    assert.deepEqual([answer.status, answer.body.code], [413, 'too_large']);
    assert.match(answer.body.message, /larger than 2 MB.*TAVORA_MAX_FILE_MB/);
    assert.equal((await library.upload('fits.bin', new Uint8Array(2 * 1024 * 1024))).status, 201);
  });

  it('does not find a document through another index', async () => {
    const document = await library.add('a.md', 'x');
    const other = await new Library(server).create('Other');
    assert.equal((await server.json('GET', `/indexes/${other.id}/documents/${document.id}`)).status, 404);
    assert.equal(
      (await server.request('DELETE', `/indexes/${other.id}/documents/${document.id}`)).status,
      204,
    );
    assert.equal((await server.json('GET', `/indexes/${library.id}/documents/${document.id}`)).status, 200);
  });
});
