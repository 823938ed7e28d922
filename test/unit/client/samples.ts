/** Entities as a server sends them, for tests of what the client makes of them. */
const at = '2026-01-02T03:04:05Z';

export const project = { id: 'p1', name: 'Support', slug: 'support', created_at: at, updated_at: at };
export const session = { id: 's1', title: 'Chat', status: 'idle', created_at: at, updated_at: at };
export const step = { id: 't1', session_id: 's1', step_index: 0, step_type: 'message', created_at: at };
export const config = { id: 'c1', name: 'Support', created_at: at, updated_at: at };
export const version = { id: 'v1', agent_id: 'c1', semver: '1.0.0', created_at: at };
export const skill = { id: 'k1', name: 'refund', type: 'module', created_at: at, updated_at: at };
export const manifest = {
  project: 'support',
  sourceHash: 'sha256:00',
  generatedAt: at,
  agents: [{ id: 'support', sourceHash: 'sha256:01', files: [] }],
};
export const synced = {
  draftHash: 'sha256:02',
  agents: [{ localId: 'support', agentId: 'c1', draftId: 'd1', sourceHash: 'sha256:01' }],
  syncedAt: at,
};
export const deployed = {
  version: '1.0.1',
  agents: [{ localId: 'support', agentId: 'c1', versionId: 'v2', semver: '1.0.1' }],
  deployedAt: at,
};
