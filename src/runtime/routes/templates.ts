import { Hono } from 'hono';
import { CreatePromptTemplate, UpdatePromptTemplate } from '../../protocol';
import { readBody } from '../http/body';
import type { Services } from '../services';
import { Templates } from '../templates/templates';

/** `/prompt-templates`: texts with places to fill in. */
export function templateRoutes(services: Services): Hono {
  const { store, projectId } = services;
  const templates = new Templates(services);
  return new Hono()
    .get('/prompt-templates', async (c) => c.json({ templates: await store.templates.list(projectId) }))
    .post('/prompt-templates', async (c) =>
      c.json(await templates.create(await readBody(c, CreatePromptTemplate)), 201),
    )
    .get('/prompt-templates/:id', async (c) => c.json(await templates.get(c.req.param('id'))))
    .patch('/prompt-templates/:id', async (c) =>
      c.json(await templates.update(c.req.param('id'), await readBody(c, UpdatePromptTemplate))),
    )
    .delete('/prompt-templates/:id', async (c) => {
      await templates.delete(c.req.param('id'));
      return c.body(null, 204);
    });
}
