import assert from 'node:assert/strict';
import type { TavoraClient } from '../../../src/client';
import type { TestApi } from '../../../src/extension';
import { agentSourceHash, hashBytes, projectSourceHash } from '../../../src/project';
import type { TestProject } from './project';

interface Elsewhere {
  deploy?: boolean;
  agentIds?: readonly string[];
  client?: TavoraClient;
  project?: string;
}

/**
 * Syncs an agent as somebody else would, from another folder: as it is here but for some files.
 * @param changes texts by path; undefined takes a file away
 * @param options deploy: whether it goes live too. agentIds: only these agents. client: theirs; one of the chosen server
 * when left out. project: what they call it; its name when left out
 */
export async function syncElsewhere(
  api: TestApi,
  made: TestProject,
  changes: Record<string, string | undefined>,
  { deploy = false, agentIds, client, project = made.now.project.name }: Elsewhere = {},
): Promise<void> {
  const manifest = { ...api.drafts.manifest(made.now, agentIds), project };
  const agents = manifest.agents.map((agent) => {
    const texts = new Map(agent.files.map(({ path, content }) => [path, Buffer.from(content, 'base64')]));
    for (const [path, text] of Object.entries(changes)) {
      if (text === undefined) assert.ok(texts.delete(path), `${path} is not there to be taken away`);
      else texts.set(path, Buffer.from(text));
    }
    const files = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => ({ path, bytes }));
    return {
      id: agent.id,
      sourceHash: agentSourceHash(files),
      files: files.map(({ path, bytes }) => ({
        path,
        hash: hashBytes(bytes),
        size: bytes.length,
        content: bytes.toString('base64'),
      })),
    };
  });
  const theirs = client ?? (await api.connection.client(undefined, 'file:///somebody/else'));
  await theirs.source.sync({ ...manifest, agents, sourceHash: projectSourceHash(agents) });
  if (deploy) {
    await theirs.source.deploy({ ...api.drafts.scope(made.now), project });
  }
}
