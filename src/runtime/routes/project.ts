import { Hono } from 'hono';
import { DesignateVault, UpdateProjectSettings } from '../../protocol';
import { readBody } from '../http/body';
import type { Services } from '../services';

/** `/project`: the one that the key opens, the vault that it reads from, and its settings. */
export function projectRoutes({ store, projectId, vaults, settings }: Services): Hono {
  return new Hono()
    .get('/project', async (c) => c.json(await store.projects.get(projectId)))
    .put('/project/vault', async (c) => {
      const { vault_id: vaultId } = await readBody(c, DesignateVault);
      await vaults.designate(vaultId || null);
      return c.json(await store.projects.get(projectId));
    })
    .get('/project/settings', async (c) => c.json(await settings.read()))
    .patch('/project/settings', async (c) =>
      c.json(await settings.change(await readBody(c, UpdateProjectSettings))),
    );
}
