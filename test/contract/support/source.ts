import type { DeployResult, Manifest, SyncResult } from '../../../src/protocol';
import type { Server } from './server';

/** What stages and deploys the source of the project "shop". */
export function sourceOf(server: Server) {
  return {
    sync: (manifest: Manifest) => server.json<SyncResult>('PUT', '/source-sync', manifest),
    /** @param body may name one agent by `localAgentId` */
    deploy: (body: Record<string, unknown> = {}) =>
      server.json<DeployResult>('POST', '/source-deploy', { project: 'shop', ...body }),
  };
}
