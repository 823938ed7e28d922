import { Hono } from 'hono';
import { AgentSettings } from '../../protocol';
import { readBody } from '../http/body';
import type { Services } from '../services';
import {
  changeSettings,
  deleteConfig,
  getConfig,
  getVersion,
  getVersionFiles,
  listConfigs,
  listVersions,
} from '../source/configs';

/** `/agent-configs`: the agents and their versions. */
export function configRoutes(services: Services): Hono {
  return new Hono()
    .get('/agent-configs', async (c) => c.json(await listConfigs(services)))
    .get('/agent-configs/:id', async (c) => c.json(await getConfig(services, c.req.param('id'))))
    .delete('/agent-configs/:id', async (c) => {
      await deleteConfig(services, c.req.param('id'));
      return c.body(null, 204);
    })
    .patch('/agent-configs/:id/settings', async (c) =>
      c.json(await changeSettings(services, c.req.param('id'), await readBody(c, AgentSettings))),
    )
    .get('/agent-configs/:id/versions', async (c) => c.json(await listVersions(services, c.req.param('id'))))
    .get('/agent-configs/:id/versions/:vid', async (c) =>
      c.json(await getVersion(services, c.req.param('id'), c.req.param('vid'))),
    )
    .get('/agent-configs/:id/versions/:vid/files', async (c) =>
      c.json(await getVersionFiles(services, c.req.param('id'), c.req.param('vid'))),
    );
}
