import { Hono } from 'hono';
import type { Services } from '../services';

/** `/project`: the one that the key opens. */
export function projectRoutes({ project }: Services): Hono {
  return new Hono().get('/project', (c) => c.json(project));
}
