import assert from 'node:assert/strict';
import Papa from 'papaparse';
import type { AuditEntry, AuditPage } from '../../src/protocol';
import { Library } from './knowledge/library';
import { manifestOf, sampleFiles } from './support/manifest';
import { Server } from './support/server';

describe('the audit log over HTTP', () => {
  const server = new Server();
  before(() => server.start());
  after(() => server.dispose());

  async function page(query = ''): Promise<AuditPage> {
    const { status, body } = await server.json<AuditPage>('GET', `/audit-log?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }
  const actions = async (query = '') => (await page(query)).entries.map(({ action }) => action);
  const make = (name: string) => server.json<{ id: string }>('POST', '/indexes', { name });

  it('tells of every change of state, newest first, and of its key', async () => {
    const { body: index } = await make('Handbook');
    await server.json('PATCH', `/indexes/${index.id}`, { name: 'Guide' });
    const library = await new Library(server).create('Library');
    const { id: documentId } = await library.add('a.md', '# A\n');
    await server.json('DELETE', `/documents/${documentId}`);
    await server.json('DELETE', `/indexes/${index.id}`);
    assert.deepEqual(await actions('limit=6'), [
      'index.delete',
      'document.delete',
      'document.upload',
      'index.create',
      'index.update',
      'index.create',
    ]);
    const { entries } = await page('action=index.update');
    const [renamed] = entries;
    assert.deepEqual(
      [renamed?.subject_type, renamed?.subject_id, renamed?.metadata],
      ['index', index.id, { name: 'Guide' }],
    );
    assert.match(renamed?.actor_api_key_id ?? '', /\S/);
    assert.ok(entries.every(({ actor_api_key_id: key }) => key === renamed?.actor_api_key_id));
  });

  it('tells of source, versions and sessions', async () => {
    const synced = await server.json<{ agents: { agentId: string }[] }>(
      'PUT',
      '/source-sync',
      await manifestOf(sampleFiles()),
    );
    const agentId = synced.body.agents[0]?.agentId;
    const deployed = await server.json<{ agents: { versionId: string }[] }>('POST', '/source-deploy', {
      project: 'shop',
    });
    const versionId = deployed.body.agents[0]?.versionId;
    const { body: session } = await server.json<{ id: string }>('POST', '/agents', {
      agent_id: agentId,
      agent_version_id: versionId,
    });
    server.model.says('Hello.');
    await server.run(session.id, 'Hi');
    await server.json('DELETE', `/agents/${session.id}`);
    const names = { project: 'shop', oldLocalId: 'support', newLocalId: 'help' };
    await server.json('POST', '/source-rename', names);
    await server.json('DELETE', `/agent-configs/${agentId}`);

    const { entries } = await page('limit=7');
    assert.deepEqual(
      entries
        .map((entry) => [entry.action, entry.subject_id, entry.agent_version_id, entry.session_id])
        .reverse(),
      [
        ['source.sync', agentId, null, null],
        ['source.deploy', agentId, versionId, null],
        ['session.create', session.id, versionId, session.id],
        ['session.run', session.id, null, session.id],
        ['session.delete', session.id, null, session.id],
        ['source.rename', agentId, null, null],
        ['agent.delete', agentId, null, null],
      ],
    );
  });

  it('tells of conversations, messages and templates', async () => {
    const { body: conversation } = await server.json<{ id: string }>('POST', '/conversations', {});
    server.model.says('Hello.');
    await server.json('POST', `/conversations/${conversation.id}/messages`, { content: 'Hi' });
    await server.json('DELETE', `/conversations/${conversation.id}`);
    const { body: template } = await server.json<{ id: string }>('POST', '/prompt-templates', {
      name: 'T',
      content: 'x',
    });
    await server.json('PATCH', `/prompt-templates/${template.id}`, { content: 'y' });
    await server.json('DELETE', `/prompt-templates/${template.id}`);
    assert.deepEqual(await actions('limit=6'), [
      'prompt_template.delete',
      'prompt_template.update',
      'prompt_template.create',
      'conversation.delete',
      'conversation.message',
      'conversation.create',
    ]);
  });

  it('tells of nothing that was refused, and of nothing that only reads', async () => {
    const { total } = await page();
    await server.json('POST', '/indexes', { name: '' });
    await server.json('PATCH', '/indexes/nowhere', { name: 'x' });
    await server.json('DELETE', '/agents/nowhere');
    await server.json('PUT', '/source-sync', {});
    await server.json('GET', '/indexes');
    await server.json('POST', '/search', { query: 'x' });
    assert.equal((await page()).total, total);
  });

  describe('by filter', () => {
    it('finds by action, subject and actor', async () => {
      const { total } = await page('action=index.create');
      await make('One more');
      assert.equal((await page('action=index.create')).total, total + 1);
      assert.ok((await actions('subject_type=index')).every((action) => action.startsWith('index.')));
      assert.equal((await page('action=index.create&subject_type=session')).total, 0);
      assert.equal((await page('actor_user_id=nobody')).total, 0);
    });

    it('finds by time, to the moment, and by day', async () => {
      await make('Now');
      const [newest] = (await page('limit=1')).entries;
      const at = newest?.created_at ?? '';
      const count = async (query: string) => (await page(query)).total;
      assert.ok((await count(`from=${at}`)) >= 1);
      assert.equal(await count(`from=${at}`), await count(`from=${at.replace('Z', '%2B00:00')}`));
      assert.equal(await count(`from=${new Date(Date.parse(at) + 1).toISOString()}`), 0);
      assert.equal(await count(`to=${at}`), await count(''));
      const day = at.slice(0, 10);
      assert.equal(await count(`from=${day}&to=${day}`), await count(''));
      assert.equal(await count('to=2020-01-01'), 0);
    });

    it('gives pages, and how many there are in all', async () => {
      const all = await page('limit=500');
      const { limit, offset, total, entries } = await page('limit=2&offset=3');
      assert.deepEqual([limit, offset, total], [2, 3, all.total]);
      assert.deepEqual(entries, all.entries.slice(3, 5));
    });

    it('says what a parameter may be', async () => {
      const said = async (query: string) => (await server.json('GET', `/audit-log${query}`)).body.message;
      assert.equal(await said('?limit=501'), 'The parameter "limit" must be a whole number, from 1 to 500.');
      assert.equal(await said('?offset=-1'), 'The parameter "offset" must be a whole number, 0 or more.');
      assert.equal(
        await said('?from=yesterday'),
        'The parameter "from" must be a time such as 2026-01-31T12:00:00Z, or a date.',
      );
      assert.equal(await said('/export?format=xml'), 'The parameter "format" must be one of: json, csv.');
      assert.equal(await said('?action=a&action=b'), 'The parameter "action" is given twice.');
      const { body } = await server.json('GET', '/source-export');
      assert.equal(body.message, 'The parameter "project" is missing.');
      const flag = await server.json('GET', '/documents?include_deleted=maybe');
      assert.equal(flag.body.message, 'The parameter "include_deleted" must be true or false.');
    });

    for (const [query, field] of [
      ['limit=501', 'limit'],
      ['limit=0', 'limit'],
      ['limit=ten', 'limit'],
      ['limit=1.5', 'limit'],
      ['limit=', 'limit'],
      ['offset=-1', 'offset'],
      ['from=yesterday', 'from'],
      ['from=2026-13-01', 'from'],
      ['to=2026-01-01T00:00:00', 'to'],
      ['action=a&action=b', 'action'],
    ] as const) {
      it(`refuses ${query}, naming the parameter`, async () => {
        const { status, body } = await server.json('GET', `/audit-log?${query}`);
        assert.deepEqual([status, body.field], [400, field]);
        assert.match(String(body.message), new RegExp(`^The parameter "${field}" .*\\.$`));
      });
    }
  });

  describe('exported', () => {
    it('is one JSON list of all that fits', async () => {
      const answer = await server.request('GET', '/audit-log/export?action=index.create');
      assert.match(answer.headers.get('content-disposition') ?? '', /attachment; filename="audit-log\.json"/);
      const exported = (await answer.json()) as AuditEntry[];
      assert.deepEqual(exported, (await page('action=index.create&limit=500')).entries);
    });

    it('is an empty list when nothing fits', async () => {
      const answer = await server.request('GET', '/audit-log/export?action=nothing');
      assert.deepEqual(await answer.json(), []);
    });

    it('is CSV that reads back as it was, in which nothing is a formula', async () => {
      const names = ['=HYPERLINK("http://evil")', 'a "quoted", name\nwith lines', '+1', '@x', 'größe'];
      for (const name of names) await make(name);
      const answer = await server.request('GET', '/audit-log/export?format=csv&action=index.create');
      assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/);
      const { data, errors } = Papa.parse<Record<string, string>>(await answer.text(), {
        header: true,
        skipEmptyLines: true,
      });
      assert.deepEqual(errors, []);
      const { entries } = await page('action=index.create&limit=500');
      assert.equal(data.length, entries.length);
      data.forEach((row, at) => {
        assert.equal(row.id, entries[at]?.id);
        assert.deepEqual(JSON.parse(row.metadata ?? ''), entries[at]?.metadata);
      });
      assert.ok(data.every((row) => Object.values(row).every((cell) => !/^[=+\-@\t\r]/.test(cell))));
    });

    it('says in CSV which columns there are when nothing fits', async () => {
      const answer = await server.request('GET', '/audit-log/export?format=csv&action=nothing');
      assert.match(await answer.text(), /^id,created_at,action,[a-z_,]+\r\n$/);
    });

    it('refuses another format', async () => {
      const { status, body } = await server.json('GET', '/audit-log/export?format=xml');
      assert.deepEqual([status, body.field], [400, 'format']);
      assert.match(String(body.message), /json, csv/);
    });
  });
});
