import { apiBase, apiKeyHeader, type ReadyLine } from '../../src/protocol';
import { openStore } from '../../src/runtime/store';
import { type Bench, type Figure, median, p95 } from '../figure';
import { Runtime, withDataFolder } from './process';

const steps = 10_000;
const rounds = 15;

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
          const { times, parses } = await read(runtime.ready, path);
          figures.push({
            figure: `GET ${path.replace(id, ':id')} of 10,000 steps, middle`,
            unit: 'ms',
            value: median(times),
            baseline: { what: 'JSON.parse of it', value: median(parses) },
            budget: 100,
          });
          figures.push({ figure: 'the same, p95', unit: 'ms', value: p95(times) });
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
  { url, apiKey }: ReadyLine,
  path: string,
): Promise<{ times: number[]; parses: number[] }> {
  const times: number[] = [];
  const parses: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    const response = await fetch(`${url}${apiBase}${path}`, { headers: { [apiKeyHeader]: apiKey } });
    const text = await response.text();
    times.push(performance.now() - began);
    const parsing = performance.now();
    const body = JSON.parse(text) as { steps: unknown[] };
    parses.push(performance.now() - parsing);
    if (body.steps.length !== steps) throw new Error(`${response.status}: ${body.steps.length} steps.`);
  }
  return { times, parses };
}
