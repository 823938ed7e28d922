import { Hono } from 'hono';
import {
  DeleteRequest,
  DeployRequest,
  Manifest,
  ProjectQuery,
  RenameRequest,
  sourceHeader,
} from '../../protocol';
import { readBody } from '../http/body';
import { readQuery } from '../http/query';
import type { Services } from '../services';
import { deploySource } from '../source/deploy';
import { deleteSource, diffSource, exportSource, renameSource } from '../source/manage';
import { syncSource, validateSource } from '../source/sync';

/** `/source-*`: from a folder of files to drafts and versions of agents. */
export function sourceRoutes(services: Services): Hono {
  return new Hono()
    .put('/source-sync', async (c) => {
      const manifest = await readBody(c, Manifest);
      return c.json(await syncSource(services, manifest, c.req.header(sourceHeader) ?? ''));
    })
    .post('/source-validate', async (c) =>
      c.json(await validateSource(services, await readBody(c, Manifest))),
    )
    .post('/source-deploy', async (c) =>
      c.json(await deploySource(services, await readBody(c, DeployRequest))),
    )
    .post('/source-rename', async (c) =>
      c.json(await renameSource(services, await readBody(c, RenameRequest))),
    )
    .post('/source-delete', async (c) =>
      c.json(await deleteSource(services, await readBody(c, DeleteRequest))),
    )
    .get('/source-export', async (c) => {
      const { project, environment } = readQuery(c, ProjectQuery);
      return c.json(await exportSource(services, project, environment));
    })
    .post('/source-diff', async (c) => c.json(await diffSource(services, await readBody(c, Manifest))));
}
