import { Hono } from 'hono';
import type { Services } from '../services';

/** `/models`: what agents may name, in the form of OpenAI's list, whose clients ask for it. */
export function modelRoutes({ offered }: Services): Hono {
  return new Hono().get('/models', async (c) => {
    const ids = await offered.list();
    const data = ids.map((id) => ({ id, object: 'model', created: 0, owned_by: id.split('/')[0] ?? '' }));
    return c.json({ object: 'list', data });
  });
}
