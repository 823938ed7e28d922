import { Hono } from 'hono';
import { ChangeSchedule, CreateSchedule } from '../../protocol';
import { readBody } from '../http/body';
import { changeSchedule, createSchedule, deleteSchedule, findSchedule } from '../schedule/schedules';
import type { Services } from '../services';
import { toWireSchedule } from '../store';

/** `/scheduled-runs`: messages that are sent to sessions at set times. */
export function scheduleRoutes(services: Services): Hono {
  const { store, projectId } = services;
  return new Hono()
    .get('/scheduled-runs', async (c) => {
      const rows = await store.schedules.list(projectId);
      return c.json({ scheduled_runs: rows.map(toWireSchedule) });
    })
    .post('/scheduled-runs', async (c) => {
      const row = await createSchedule(services, await readBody(c, CreateSchedule));
      return c.json(toWireSchedule(row), 201);
    })
    .get('/scheduled-runs/:id', async (c) =>
      c.json(toWireSchedule(await findSchedule(services, c.req.param('id')))),
    )
    .patch('/scheduled-runs/:id', async (c) => {
      const change = await readBody(c, ChangeSchedule);
      return c.json(toWireSchedule(await changeSchedule(services, c.req.param('id'), change)));
    })
    .delete('/scheduled-runs/:id', async (c) => {
      await deleteSchedule(services, c.req.param('id'));
      return c.body(null, 204);
    });
}
