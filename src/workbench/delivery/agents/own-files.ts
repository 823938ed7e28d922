import { folderOf } from '../../../project';
import type { WorkspaceProject } from '../../shared/workspaces';

/**
 * The files that go with an agent: its own, and everything else below its folder, but for what another agent uses.
 * @returns in order of their paths
 */
export async function ownFiles({ project, files }: WorkspaceProject, agentId: string): Promise<string[]> {
  const usedBy = (own: boolean) =>
    project.agents
      .filter((agent) => (agent.id === agentId) === own)
      .flatMap(({ configPath, files: used }) => [configPath, ...used]);
  const others = new Set(usedBy(false));
  const folder = folderOf(project.agents.find(({ id }) => id === agentId)?.configPath ?? '');
  const below = folder === '' ? [] : (await files.list()).filter((path) => path.startsWith(`${folder}/`));
  return [...new Set([...usedBy(true), ...below])].filter((path) => !others.has(path)).sort();
}
