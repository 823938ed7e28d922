import { Hono } from 'hono';
import type { Services } from '../services';

/** `/metrics`: what all sessions and evals of the project come to. */
export function metricsRoutes({ store, projectId }: Services): Hono {
  return new Hono().get('/metrics', async (c) => c.json(await store.metrics.read(projectId)));
}
