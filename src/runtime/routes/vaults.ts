import { Hono } from 'hono';
import { CreateVault, PutSecret, UpdateVault } from '../../protocol';
import { readBody } from '../http/body';
import type { Services } from '../services';

/** `/secret-vaults`: secrets go in and are used; none comes out. */
export function vaultRoutes({ vaults }: Services): Hono {
  return new Hono()
    .get('/secret-vaults', async (c) => c.json({ secret_vaults: await vaults.list() }))
    .post('/secret-vaults', async (c) => {
      const { name, metadata } = await readBody(c, CreateVault);
      return c.json(await vaults.create(name, metadata ?? {}), 201);
    })
    .get('/secret-vaults/:id', async (c) => c.json(await vaults.get(c.req.param('id'))))
    .patch('/secret-vaults/:id', async (c) => {
      const { name, metadata } = await readBody(c, UpdateVault);
      return c.json(await vaults.update(c.req.param('id'), { name, metadata: metadata ?? undefined }));
    })
    .delete('/secret-vaults/:id', async (c) => {
      await vaults.delete(c.req.param('id'));
      return c.body(null, 204);
    })
    .get('/secret-vaults/:id/secrets', async (c) =>
      c.json({ secrets: await vaults.secrets(c.req.param('id')) }),
    )
    .put('/secret-vaults/:id/secrets/:name', async (c) => {
      const { value } = await readBody(c, PutSecret);
      return c.json(await vaults.putSecret(c.req.param('id'), c.req.param('name'), value));
    })
    .delete('/secret-vaults/:id/secrets/:name', async (c) => {
      await vaults.deleteSecret(c.req.param('id'), c.req.param('name'));
      return c.body(null, 204);
    });
}
