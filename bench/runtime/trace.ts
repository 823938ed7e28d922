import type { ReadyLine } from '../../src/protocol';
import { openStore } from '../../src/runtime/store';
import { type Bench, type Figure, median, p95 } from '../figure';
import { withBareServer } from './bare';
import { Connection } from './connection';
import { Runtime, withDataFolder } from './process';

const steps = 10_000;
const rounds = 25;

/** Reading a session of 10,000 steps, as its trace and as the session. */
export const runtimeTrace: Bench = {
  name: 'runtime-trace',
  measure: () =>
    withDataFolder(async (folder): Promise<Figure[]> => {
      const id = await fill(folder);
      const runtime = await Runtime.start(folder);
      try {
        const figures: Figure[] = [];
        for (const path of [`/studio/${id}`, `/agents/${id}`]) {
          const { times, body } = await read(runtime.ready, path);
          const bare = await withBareServer(body, (url) => read({ url, apiKey: 'none' }, path));
          const baseline = { what: 'the same bytes from bare node:http', value: median(bare.times) };
          const what = `GET ${path.replace(id, ':id')} of 10,000 steps`;
          figures.push(
            { figure: `${what}, middle`, unit: 'ms', value: median(times), baseline, budget: 100 },
            { figure: `${what}, p95`, unit: 'ms', value: p95(times), baseline },
          );
        }
        return figures;
      } finally {
        await runtime.stop();
      }
    }),
};

/** @returns the id of a session that looks like 2,000 runs of a block each. */
async function fill(folder: string): Promise<string> {
  const store = await openStore(folder);
  const project = await store.projects.ensure('local', 'Local', '');
  const session = await store.sessions.create({
    projectId: project.id,
    agentId: null,
    target: 'live',
    versionId: null,
    title: 'Long',
    tools: null,
    metadata: {},
    indexIds: null,
  });
  const result = { id: 'A-1001', status: 'shipped', items: ['kettle', 'mug'], total: 42 };
  await store.transaction(async (nouns) => {
    for (let at = 0; at < steps; ) {
      for (const step of [
        { type: 'message', content: 'Where is order A-1001?', toolArgs: { source_hash: 'sha256:0' } },
        { type: 'execute_js', content: "const order = require('lookup-order')({ id: 'A-1001' });\norder" },
        { type: 'sandbox_event', content: 'log: found', toolArgs: { kind: 'log', summary: 'found' } },
        { type: 'execute_js_result', content: JSON.stringify(result), toolArgs: { ok: true, result } },
        { type: 'response', content: 'Order A-1001 has been shipped and arrives on Thursday.' },
      ]) {
        await nouns.steps.add(session.id, at++, step);
      }
    }
  });
  await store.close();
  return session.id;
}

async function read(
  ready: Pick<ReadyLine, 'url' | 'apiKey'>,
  path: string,
): Promise<{ times: number[]; body: string }> {
  const connection = await Connection.open(ready);
  const times: number[] = [];
  let body = '';
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    ({ body } = await connection.send('GET', path));
    times.push(performance.now() - began);
  }
  connection.close();
  const read = JSON.parse(body) as { steps: unknown[] };
  if (read.steps.length !== steps) throw new Error(`${read.steps.length} steps came.`);
  return { times, body };
}
