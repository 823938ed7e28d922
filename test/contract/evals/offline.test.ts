import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { chooseEmbedder, type Embedder } from '../../../src/runtime/knowledge';
import { Log } from '../../../src/runtime/log';
import { createModelRouter } from '../../../src/runtime/models';
import { Server } from '../support/server';
import { EvalBench, evalFile, type Files, projectWith, type SentDetail } from './bench';

/** The sample project that people open first. */
async function sample(): Promise<Files> {
  const folder = path.resolve('examples/support/tavora');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const read = async (file: string) => [
    path.relative(folder, file).split(path.sep).join('/'),
    await readFile(file, 'utf8'),
  ];
  return Object.fromEntries(await Promise.all(paths.map(read)));
}

const scores = ({ results }: SentDetail) =>
  Object.fromEntries(results.map(({ case_name, score, pass, error }) => [case_name, { score, pass, error }]));

describe('evals without a language model, over HTTP', function () {
  // The embedding model loads once, in half a second on a machine at rest.
  this.timeout(60_000);
  const server = new Server();
  const bench = new EvalBench(server);
  const start = (embedder?: Embedder) =>
    server.start({ models: (secrets) => createModelRouter({ secrets, env: {} }), embedder: () => embedder });
  afterEach(() => server.dispose());

  const ways: [string, () => Embedder | undefined][] = [
    ['by words', () => undefined],
    ['by meaning and words', () => chooseEmbedder({}, path.resolve('dist'), new Log('warn'))],
  ];
  for (const [how, embedder] of ways) {
    it(`pass in the sample project, judged ${how}, and say how they were judged`, async () => {
      await start(embedder());
      const detail = await bench.run(await bench.sync(await sample()));
      for (const [name, { pass, error }] of Object.entries(scores(detail))) {
        assert.deepEqual([name, pass, error], [name, true, null], JSON.stringify(detail.results, null, 1));
      }
      assert.equal(detail.run.judge_model, 'local/similarity');
      assert.equal(detail.run.model, 'local/rehearsal');
      const reasonings = detail.results.map(({ reasoning }) => reasoning).join('\n');
      assert.match(reasonings, /without understanding/);
      assert.match(reasonings, /not judged: “Does not refund\.”/);
      assert.match(
        reasonings,
        how === 'by words' ? /likeness of words/ : /likeness of meaning \(local\/embeddings-en\)/,
      );
      assert.deepEqual([detail.run.prompt_tokens === 0, detail.results.length], [false, 4]);
    });

    it(`fail in the sample project when it answers something else, judged ${how}`, async () => {
      await start(embedder());
      const files = await sample();
      const evals = Object.entries(files).filter(([file]) => file.includes('/evals/'));
      const changed = evals.map(([file, text]) => {
        const content = { ...JSON.parse(text), input: 'Tell me a story about the sea.' };
        return [file, JSON.stringify(content)];
      });
      const detail = await bench.run(await bench.sync({ ...files, ...Object.fromEntries(changed) }));
      for (const [name, { score, pass }] of Object.entries(scores(detail))) {
        assert.equal(pass, false, name);
        assert.ok((score ?? 0) < 5, `${name}: ${score}`);
      }
    });
  }

  it('cannot tell of a case that only forbids', async () => {
    await start();
    const files = projectWith(evalFile('never', { input: 'Hello', criteria: 'Never promises anything.' }), {
      model: 'local/rehearsal',
    });
    const { results, run } = await bench.run(await bench.sync(files));
    assert.match(results[0]?.error ?? '', /The offline judge cannot tell/);
    assert.deepEqual([results[0]?.score, run.failed], [null, 1]);
  });

  it('are judged by the offline judge when the settings name it, whatever the agent’s model', async () => {
    await server.start({ judgeModel: 'local/similarity' });
    bench.answer(() => 'It is late.');
    const files = projectWith(evalFile('late', { input: 'Where?', criteria: 'Says that it is late.' }));
    const { results, run } = await bench.run(await bench.sync(files));
    assert.deepEqual([run.model, run.judge_model], ['test/scripted', 'local/similarity']);
    assert.deepEqual([results[0]?.score, results[0]?.judge_prompt_tokens], [10, 0]);
  });
});
