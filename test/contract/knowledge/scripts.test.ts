import assert from 'node:assert/strict';
import type { AgentSession } from '../../../src/protocol';
import { Server } from '../support/server';
import { Library } from './library';

describe('knowledge: what a script sees', () => {
  const server = new Server();
  const library = new Library(server);
  const other = new Library(server);

  before(async () => {
    await server.start();
    await library.create('Handbook');
    await other.create('Secrets');
    await library.add('returns.txt', 'Refunds are paid within fourteen days.');
    await other.add('salaries.md', 'Refunds of the director are paid at once.');
  });
  after(() => server.dispose());

  /** Runs a block in a new session and gives what it came to. */
  async function evaluate(block: string, indexIds?: string[]): Promise<unknown> {
    const { body } = await server.json<AgentSession>(
      'POST',
      '/agents',
      indexIds ? { index_ids: indexIds } : {},
    );
    server.model.says(`\`\`\`js\n${block}\n\`\`\``, 'Done.');
    const events = await server.run(body.id, 'Go.');
    const result = events.find(({ type }) => type === 'execute_js_result');
    return result?.result ?? result?.content;
  }

  it('searches the indexes that the session may read', async () => {
    const filenames = "search('refunds').map((row) => row.filename).sort()";
    assert.deepEqual(await evaluate(filenames), ['returns.txt.md', 'salaries.md']);
    assert.deepEqual(await evaluate(filenames, [library.id]), ['returns.txt.md']);
    assert.deepEqual(await evaluate(filenames, []), []);
    const [row] = (await evaluate("search('fourteen days', { limit: 1, index: 'Handbook' })")) as Record<
      string,
      unknown
    >[];
    assert.equal(row?.content, 'Refunds are paid within fourteen days.');
    assert.equal(row?.snippet, row?.content);
    assert.ok(Number(row?.score) > 0);
    const documents = "searchDocuments('refunds', { index: 'Secrets' }).map((row) => row.filename)";
    assert.deepEqual(await evaluate(documents), ['salaries.md']);
  });

  it('names the indexes that there are when one is asked for that may not be read', async () => {
    const said = await evaluate("try { search('x', { index: 'Secrets' }) } catch (error) { error.message }", [
      library.id,
    ]);
    assert.equal(said, 'There is no index "Secrets" that may be read here; there is: "Handbook".');
  });

  it('lists indexes', async () => {
    const names = 'listIndexes().map((index) => index.name)';
    assert.deepEqual(await evaluate(names), ['Handbook', 'Secrets']);
    assert.deepEqual(await evaluate(names, [other.id]), ['Secrets']);
  });

  it('reads a whole document, of an original what was extracted', async () => {
    const [original] = await library.list('q=returns.txt&derived_from=');
    assert.ok(original);
    const read = `search('fourteen days', { index: 'Handbook' }).slice(0, 1).map((row) => getDocument(row.document_id))`;
    const [sibling] = (await evaluate(read)) as Record<string, unknown>[];
    assert.deepEqual(
      [sibling?.filename, sibling?.content, sibling?.metadata],
      ['returns.txt.md', 'Refunds are paid within fourteen days.', { derived_from: 'extraction' }],
    );
    const [secret] = await other.list();
    const denied = `try { getDocument('${secret?.id}') } catch (error) { error.message }`;
    assert.match(String(await evaluate(denied, [library.id])), /there is no document/);
  });
});
