import assert from 'node:assert/strict';
import { TavoraClient } from '../../../../src/client';
import { buildManifest, loadProject } from '../../../../src/project';
import { driftOf } from '../../../../src/workbench/delivery/preview/drift';
import type { ProjectRecords } from '../../../../src/workbench/delivery/records';
import { recordsFromServer, serverAgents } from '../../../../src/workbench/delivery/server-state';
import { type FaultServer, startFaultServer } from '../../../fixtures/servers';

const files = new Map([
  ['tavora.jsonc', '{ "project": "shop" }'],
  ['agents/care/agent.jsonc', '{ "id": "care", "name": "Care", "model": "local/rehearsal" }'],
]);

describe('what is known of a project on a server', () => {
  let server: FaultServer;
  let client: TavoraClient;

  beforeEach(async () => {
    server = await startFaultServer({ kind: 'answer', body: [] });
    client = new TavoraClient({ baseUrl: server.url, apiKey: 'tvr_x' });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const project = () =>
    loadProject({
      list: async () => [...files.keys()],
      read: async (path) => {
        const text = files.get(path);
        return text === undefined ? undefined : Buffer.from(text);
      },
    });
  const base = { semver: '1.2.0', versionId: 'v3' };
  const known: ProjectRecords = {
    care: {
      serverId: 'a1',
      synced: { hash: 'sha256:now', at: '2026-01-01T00:00:00Z' },
      deployed: { hash: 'sha256:now', at: '2026-01-01T00:00:00Z', ...base },
      base,
      common: 'sha256:now',
    },
    never: { serverId: 'a2', synced: { hash: 'sha256:x', at: '' } },
  };

  it('says of an agent that is gone what the working tree is based on, however often it is asked', async () => {
    const shop = await project();
    const once = await recordsFromServer(client, shop, buildManifest(shop), known);
    const twice = await recordsFromServer(client, shop, buildManifest(shop), once);
    assert.deepEqual(twice, { care: { base, common: 'sha256:now' } });
    const [care] = await serverAgents(client, { project: 'shop' }, twice);
    const drift = driftOf('sha256:now', care, { ...(twice.care?.base ? { base: twice.care.base } : {}) });
    assert.deepEqual(drift, [{ kind: 'lost', seen: '1.2.0' }]);
  });
});
