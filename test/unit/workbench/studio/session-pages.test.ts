import assert from 'node:assert/strict';
import type { AgentSession } from '../../../../src/protocol';
import { firstPage, nextPage, SessionPages } from '../../../../src/workbench/studio/session-pages';

/** A server's sessions, newest first, and what it was asked. */
class Listed {
  sessions: AgentSession[];
  readonly asked: string[] = [];
  /** False for a server that does not know the filter. */
  chooses = true;

  constructor(count: number) {
    this.sessions = Array.from({ length: count }, (_, index) => make(`s${count - index}`));
  }

  readonly list = async (page: { limit: number; offset: number; status?: string }) => {
    this.asked.push(`${page.offset}+${page.limit}${page.status ? ` ${page.status}` : ''}`);
    const statuses = page.status?.split(',');
    return this.sessions
      .filter(({ status }) => !this.chooses || !statuses || statuses.includes(status))
      .slice(page.offset, page.offset + page.limit);
  };

  /** Changes one, by its id. */
  set(id: string, change: Partial<AgentSession>): void {
    this.sessions = this.sessions.map((one) => (one.id === id ? { ...one, ...change } : one));
  }

  add(id: string): void {
    this.sessions = [make(id), ...this.sessions];
  }

  delete(id: string): void {
    this.sessions = this.sessions.filter((one) => one.id !== id);
  }
}

const make = (id: string, status = 'completed') => ({ id, status, title: id }) as AgentSession;

describe('the pages of sessions', () => {
  const nothing: ReadonlySet<string> = new Set();
  const ids = (pages: SessionPages) => pages.all.map(({ id }) => id);

  async function opened(count: number): Promise<{ server: Listed; pages: SessionPages }> {
    const server = new Listed(count);
    const pages = new SessionPages();
    await pages.update(server.list, nothing);
    server.asked.length = 0;
    return { server, pages };
  }

  it('are read one after the other, each once, to the last', async () => {
    const { server, pages } = await opened(firstPage + nextPage + 5);
    assert.deepEqual([pages.all.length, pages.hasMore], [firstPage, true]);
    await pages.readMore(server.list);
    assert.deepEqual([pages.all.length, pages.hasMore], [firstPage + nextPage, true]);
    await pages.readMore(server.list);
    assert.equal(pages.hasMore, false);
    assert.deepEqual(
      ids(pages),
      server.sessions.map(({ id }) => id),
    );
    assert.deepEqual(server.asked, [
      `${firstPage}+${nextPage + 1}`,
      `${firstPage + nextPage}+${nextPage + 1}`,
    ]);
  });

  for (const count of [0, 1, firstPage]) {
    it(`have nothing more after ${count} sessions`, async () => {
      const { pages } = await opened(count);
      assert.deepEqual([pages.all.length, pages.hasMore], [count, false]);
    });
  }

  it('stay when new sessions come, and are not read again', async () => {
    const { server, pages } = await opened(100);
    await pages.readMore(server.list);
    server.asked.length = 0;
    server.add('new 1');
    server.add('new 2');
    await pages.update(server.list, new Set(['new 1', 'new 2']));
    assert.deepEqual(
      ids(pages),
      server.sessions.map(({ id }) => id),
    );
    assert.deepEqual(server.asked, [`0+${nextPage} running,waiting`, `0+${firstPage + 1}`]);
  });

  it('are read again where a session has changed', async () => {
    const { server, pages } = await opened(100);
    await pages.readMore(server.list);
    server.asked.length = 0;
    server.set('s5', { title: 'Renamed' });
    await pages.update(server.list, new Set(['s5']));
    assert.equal(pages.all.find(({ id }) => id === 's5')?.title, 'Renamed');
    assert.deepEqual(server.asked.slice(2), [`90+${firstPage}`]);
    assert.equal(pages.all.length, 100);
  });

  it('have those under way on top which no page has yet, and lose them when they have ended', async () => {
    const { server, pages } = await opened(500);
    server.set('s3', { status: 'waiting' });
    await pages.update(server.list, new Set(['s3']));
    assert.deepEqual(ids(pages).slice(0, 2), ['s3', 's500']);
    server.set('s3', { status: 'completed' });
    await pages.update(server.list, nothing);
    assert.equal(ids(pages)[0], 's500');
    assert.equal(pages.all.length, firstPage);
  });

  it('show that a session of a later page has ended', async () => {
    const { server, pages } = await opened(100);
    await pages.readMore(server.list);
    server.set('s5', { status: 'running' });
    await pages.update(server.list, nothing);
    assert.equal(pages.all.find(({ id }) => id === 's5')?.status, 'running');
    server.set('s5', { status: 'error' });
    // Nobody has told of it: it went on elsewhere.
    await pages.update(server.list, nothing);
    assert.equal(pages.all.find(({ id }) => id === 's5')?.status, 'error');
    assert.equal(pages.all.length, 100);
  });

  it('find those under way among the newest of a server that cannot choose', async () => {
    const { server, pages } = await opened(200);
    server.chooses = false;
    server.set('s150', { status: 'running' });
    await pages.update(server.list, nothing);
    assert.equal(ids(pages)[0], 's150');
    assert.equal(pages.all.length, firstPage + 1);
  });

  it('lose what was deleted, here and elsewhere', async () => {
    const { server, pages } = await opened(100);
    server.delete('s99');
    pages.remove(new Set(['s99']));
    assert.equal(ids(pages).includes('s99'), false);
    server.delete('s90');
    await pages.update(server.list, nothing);
    assert.equal(ids(pages).includes('s90'), false);
    assert.deepEqual(
      ids(pages),
      server.sessions.slice(0, pages.all.length).map(({ id }) => id),
    );
  });

  it('are all read again when a person asks', async () => {
    const { server, pages } = await opened(100);
    await pages.readMore(server.list);
    server.delete('s2');
    server.set('s1', { title: 'Changed' });
    await pages.refresh(server.list);
    assert.deepEqual([pages.all.length, pages.hasMore], [99, false]);
    assert.equal(pages.all.at(-1)?.title, 'Changed');
  });

  it('go on after a reading that failed', async () => {
    const { server, pages } = await opened(40);
    await assert.rejects(
      pages.readMore(async () => {
        throw new Error('The server is away.');
      }),
    );
    assert.deepEqual([pages.all.length, pages.hasMore], [firstPage, true]);
    await pages.readMore(server.list);
    assert.deepEqual([pages.all.length, pages.hasMore], [40, false]);
  });
});
