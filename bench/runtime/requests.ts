import { type Bench, type Figure, median, p95 } from '../figure';
import { withBareServer } from './bare';
import { burst } from './burst';
import type { Connection } from './connection';
import { Runtime, withDataFolder } from './process';

const requests = 20_000;
const warmUp = 10_000;

/** Simple GETs from ten clients, beside the same from a bare server of Node's own. */
export const runtimeRequests: Bench = {
  name: 'runtime-requests',
  measure: () =>
    withDataFolder(async (folder): Promise<Figure[]> => {
      const runtime = await Runtime.start(folder);
      try {
        let body = '';
        const get = async (connection: Connection) => {
          const answer = await connection.send('GET', '/project');
          if (answer.status !== 200) throw new Error(`GET /project: ${answer.status} ${answer.body}`);
          body = answer.body;
        };
        const ours = await burst(runtime.ready, requests, warmUp, get);
        const bare = await withBareServer(body, (url) =>
          burst({ url, apiKey: 'none' }, requests, warmUp, get),
        );
        return [
          {
            figure: 'GET /project, 10 at once',
            unit: '/s',
            value: ours.perSecond,
            baseline: { what: 'bare node:http', value: bare.perSecond },
            budget: 5_000,
          },
          {
            figure: 'GET /project, 10 at once, p95',
            unit: 'ms',
            value: p95(ours.times),
            baseline: { what: 'bare node:http, middle', value: median(bare.times) },
            budget: 100,
          },
        ];
      } finally {
        await runtime.stop();
      }
    }),
};
