import type { DeployRequest, DeployResult, Issue } from '../../protocol';
import { conflict, notFound } from '../http/problem';
import { type AgentRow, type DraftRow, timestamp, type VersionRow } from '../store';
import { nextSemver } from './semver';
import { evalsNotRunIssue, type SourceServices, unservedIssues } from './server-issues';

interface Staged {
  agent: AgentRow;
  draft: DraftRow;
  newest: VersionRow | undefined;
  /** Undefined when the draft is what the newest version already holds. */
  semver: string | undefined;
}

/**
 * Makes the drafts of a source project live: all of them, or the one named. An agent whose draft is what is
 * live already keeps its version.
 *
 * `version` counts the project's deployments (`v1`, `v2`, …); one that changes nothing is not counted.
 *
 * @throws Problem 404 for an unknown project or agent, 409 for one with nothing staged.
 */
export async function deploySource(services: SourceServices, request: DeployRequest): Promise<DeployResult> {
  const { store, audit, projectId, loaded } = services;
  const chosen = await chooseAgents(services, request);
  const staged: Staged[] = [];
  const serverIssues: Issue[] = [];
  for (const { agent, draft } of chosen) {
    const newest = await store.versions.newest(agent.id);
    const source = await loaded.load(draft.tree_id);
    const before = newest && { semver: newest.semver, source: await loaded.load(newest.tree_id) };
    const unchanged = newest?.tree_id === draft.tree_id;
    staged.push({ agent, draft, newest, semver: unchanged ? undefined : nextSemver(before, source) });
    serverIssues.push(...unservedIssues(source.agent));
    if (request.runEvals ?? source.agent.runEvals) serverIssues.push(evalsNotRunIssue(agent.local_id));
  }
  const deployedAt = timestamp();
  const { agents, number } = await store.transaction(async (nouns) => {
    const deployed: DeployResult['agents'] = [];
    for (const { agent, draft, newest, semver } of staged) {
      const version =
        semver === undefined && newest
          ? newest
          : await nouns.versions.add(agent.id, draft.tree_id, semver ?? '1.0.0');
      if (agent.active_version_id !== version.id) {
        await nouns.agents.update(agent.id, { active_version_id: version.id, published_at: deployedAt });
      }
      await audit.record(
        {
          action: 'source.deploy',
          subjectType: 'agent',
          subjectId: agent.id,
          agentVersionId: version.id,
          metadata: {
            project: request.project,
            environment: request.environment ?? '',
            local_id: agent.local_id,
            semver: version.semver,
          },
        },
        nouns,
      );
      deployed.push({
        localId: agent.local_id,
        agentId: agent.id,
        versionId: version.id,
        semver: version.semver,
      });
    }
    const changed = staged.some(({ semver }) => semver !== undefined);
    return {
      agents: deployed,
      number: changed
        ? await nouns.versions.addDeployment(projectId, request.project, request.environment ?? '')
        : await nouns.versions.lastDeployment(projectId, request.project),
    };
  });
  return { version: `v${number}`, agents, deployedAt, serverIssues };
}

async function chooseAgents(
  { store, projectId }: SourceServices,
  { project, localAgentId }: DeployRequest,
): Promise<{ agent: AgentRow; draft: DraftRow }[]> {
  const all = await store.agents.ofSource(projectId, project);
  if (all.length === 0) throw notFound(`The source of a project "${project}"`);
  const wanted = localAgentId === undefined ? all : all.filter((agent) => agent.local_id === localAgentId);
  if (wanted.length === 0) throw notFound(`The agent "${localAgentId}" of the project "${project}"`);
  const chosen: { agent: AgentRow; draft: DraftRow }[] = [];
  for (const agent of wanted) {
    const draft = await store.drafts.of(agent.id);
    if (draft) chosen.push({ agent, draft });
  }
  if (chosen.length === 0)
    throw conflict(`Nothing of "${localAgentId ?? project}" is staged; sync it first.`);
  return chosen;
}
