import assert from 'node:assert/strict';
import path from 'node:path';
import type { ChunkHit, DocumentHit } from '../../../src/protocol';
import { chooseEmbedder } from '../../../src/runtime/knowledge';
import { Log } from '../../../src/runtime/log';
import { Server } from '../support/server';
import { type Failure, Library } from './library';

const handbook: Record<string, string> = {
  'returns.md':
    '# Returns\n\n## Refunds\n\nThe money is paid back within fourteen days.\n\n## Exchange\n\nAn article may be swapped for another size.',
  'shipping.md':
    '# Shipping\n\nParcels leave our warehouse every morning. Express delivery costs five euros.',
  'jobs.md': '# Jobs\n\nWe are looking for a gardener who likes roses and hates slugs.',
};

const names = (hits: { document_name: string }[]) => hits.map((hit) => hit.document_name);

describe('knowledge: search over HTTP', () => {
  const bundles = path.resolve('dist');
  const embedder = () => chooseEmbedder({}, bundles, new Log('warn'));

  describe('by words and meaning, with the offline model', () => {
    const server = new Server();
    const library = new Library(server);

    before(async function () {
      this.timeout(60_000);
      await server.start({ embedder });
      await library.create();
      for (const [name, text] of Object.entries(handbook)) await library.add(name, text);
    });
    after(() => server.dispose());

    it('finds by words, the best passage first, with all that the wire says of a passage', async () => {
      const [hit] = await library.search<ChunkHit>('refunds within fourteen days');
      assert.deepEqual(hit && { ...hit, score: 0, document_id: '', chunk_id: '' }, {
        chunk_id: '',
        document_id: '',
        filename: 'returns.md',
        document_name: 'returns.md',
        document_metadata: {},
        content: '# Returns\n\n## Refunds\n\nThe money is paid back within fourteen days.',
        score: 0,
        chunk_index: 0,
        metadata: { index_id: library.id, headings: ['Returns', 'Refunds'] },
      });
    });

    const paraphrases: [string, string][] = [
      ['how can I get my cash reimbursed?', 'returns.md'],
      ['do you have an opening for somebody who tends plants?', 'jobs.md'],
      ['how is my order dispatched to me?', 'shipping.md'],
    ];
    for (const [question, expected] of paraphrases) {
      it(`finds by meaning: ${question}`, async () => {
        assert.equal(names(await library.search<ChunkHit>(question))[0], expected);
      });
    }

    it('gives scores from 0 to 1, falling, and respects top_k and min_score', async () => {
      const all = await library.search<ChunkHit>('express delivery of parcels', { top_k: 4 });
      const scores = all.map(({ score }) => score);
      assert.deepEqual(
        scores,
        [...scores].sort((a, b) => b - a),
      );
      for (const score of scores) assert.ok(score > 0 && score <= 1, String(score));
      assert.equal((await library.search('express delivery of parcels', { top_k: 1 })).length, 1);
      const high = await library.search<ChunkHit>('express delivery of parcels', { min_score: scores[0] });
      assert.deepEqual(names(high), ['shipping.md']);
      const nonsense = await library.search<ChunkHit>('xylophone quantum zebra', { min_score: 0.5 });
      assert.deepEqual(names(nonsense), []);
    });

    it('gives each document once where documents are asked for', async () => {
      const hits = await library.search<DocumentHit>('return an article', { result_type: 'document' });
      assert.deepEqual([...new Set(names(hits))], names(hits));
      const [first] = hits;
      assert.equal(first?.document_name, 'returns.md');
      assert.equal(first?.index_id, library.id);
      assert.match(first?.content_sha256 ?? '', /^[0-9a-f]{64}$/);
      assert.deepEqual(Object.keys(first?.best_chunk ?? {}).sort(), ['chunk_id', 'chunk_index', 'preview']);
      assert.match(first?.best_chunk.preview ?? '', /article may be swapped/);
    });

    it('searches one index or all', async () => {
      const other = await new Library(server).create('Other');
      await other.add('roses.md', 'Roses are cut in March by the gardener.');
      assert.deepEqual(names(await other.search<ChunkHit>('gardener')), ['roses.md']);
      assert.ok(!names(await library.search<ChunkHit>('gardener roses')).includes('roses.md'));
      const { body } = await server.json<{ results: ChunkHit[] }>('POST', '/search', {
        query: 'gardener roses',
      });
      assert.deepEqual(names(body.results).slice(0, 2).sort(), ['jobs.md', 'roses.md']);
      const narrowed = await server.json<{ results: ChunkHit[] }>('POST', '/search', {
        query: 'gardener roses',
        index_id: other.id,
      });
      assert.deepEqual(names(narrowed.body.results), ['roses.md']);
    });

    it('says which field does not fit', async () => {
      const bad: [unknown, string][] = [
        [{}, 'query'],
        [{ query: ' ' }, 'query'],
        [{ query: 1 }, 'query'],
        [{ query: 'x', top_k: 0 }, 'top_k'],
        [{ query: 'x', top_k: 1.5 }, 'top_k'],
        [{ query: 'x', top_k: 1000 }, 'top_k'],
        [{ query: 'x', min_score: 2 }, 'min_score'],
        [{ query: 'x', result_type: 'page' }, 'result_type'],
      ];
      for (const [body, field] of bad) {
        const answer = await server.json<Failure>('POST', '/search', body);
        assert.deepEqual([answer.status, answer.body.field], [400, field], JSON.stringify(body));
      }
    });

    it('takes any text for a query', async () => {
      for (const query of [
        '"',
        '*',
        'a AND (b OR',
        'NEAR(x y)',
        'scope : ix1q',
        "'; drop table passages",
        '\u0000',
        '🙂',
        'x'.repeat(50_000),
      ]) {
        const { status } = await server.json('POST', '/search', { query });
        assert.equal(status, 200, query.slice(0, 20));
      }
    });

    it('remembers its vectors over a restart', async () => {
      await server.stop();
      await server.start({ embedder });
      assert.equal(
        names(await library.search<ChunkHit>('how can I get my cash reimbursed?'))[0],
        'returns.md',
      );
      assert.deepEqual(
        server.logged.filter((line) => line.includes('embedded')),
        [],
      );
    });
  });

  describe('by words only', () => {
    const server = new Server();
    const library = new Library(server);
    before(async () => {
      await server.start();
      await library.create();
      for (const [name, text] of Object.entries(handbook)) await library.add(name, text);
    });
    after(() => server.dispose());

    it('finds other forms of a word, and text without its accents', async () => {
      await library.add('menu.md', 'Our café serves crème brûlée.');
      assert.deepEqual(names(await library.search<ChunkHit>('refund')), ['returns.md']);
      assert.deepEqual(names(await library.search<ChunkHit>('Creme Brulee')), ['menu.md']);
      assert.deepEqual(await library.search('zeppelins'), []);
    });

    it('embeds what it has when a model is there at last', async () => {
      assert.deepEqual(await library.search('reimbursed cash'), []);
      await server.stop();
      await server.start({ embedder });
      await library.settled();
      const [best] = await library.search<ChunkHit>('how can I get my cash reimbursed?');
      assert.equal(best?.document_name, 'returns.md');
    });
  });

  it('says in the log, once, that the offline model is not there, and searches by words', () => {
    const said: string[] = [];
    const none = chooseEmbedder({}, path.resolve('out/nowhere'), new Log('warn', (line) => said.push(line)));
    assert.equal(none, undefined);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /offline embedding model is not installed .*search goes by words only/);
  });
});
