import type { DeployRequest, DeployResult, Issue } from '../../protocol';
import { type GatedDraft, passGate } from '../evals/gate';
import { suiteOf } from '../evals/plan';
import { conflict, notFound } from '../http/problem';
import { type AgentRow, type DraftRow, timestamp, type VersionRow } from '../store';
import { sourceName } from './manage';
import { nextSemver } from './semver';
import { noEvalsIssue, type SourceServices } from './server-issues';

interface Staged {
  agent: AgentRow;
  draft: DraftRow;
  newest: VersionRow | undefined;
  /** Undefined when the draft is what the newest version already holds. */
  semver: string | undefined;
  /** What judges the agent: kept with the version. */
  suite: Pick<VersionRow, 'eval_suite_id' | 'eval_suite_version'>;
}

/**
 * Makes the drafts of a source project live: all of them, or the one named. An agent whose draft is what is
 * live already keeps its version.
 *
 * `version` counts the project's deployments (`v1`, `v2`, …); one that changes nothing is not counted.
 *
 * Agents that ask for it in `deploy.runEvals` are judged by their evals first, all of them when `runEvals` is true
 * and none when it is false; one that fails keeps all from going live: see `passGate`.
 *
 * @throws Problem 404 for an unknown project or agent, 409 for one with nothing staged or a draft that changed
 *   meanwhile, and what `passGate` throws.
 */
export async function deploySource(services: SourceServices, request: DeployRequest): Promise<DeployResult> {
  const { store, audit, projectId, loaded } = services;
  const { environment = '' } = request;
  const chosen = await chooseAgents(services, request);
  const staged: Staged[] = [];
  const serverIssues: Issue[] = [];
  const gated: GatedDraft[] = [];
  for (const { agent, draft } of chosen) {
    const newest = await store.versions.newest(agent.id);
    const source = await loaded.load(draft.tree_id);
    const before = newest && { semver: newest.semver, source: await loaded.load(newest.tree_id) };
    const unchanged = newest?.tree_id === draft.tree_id;
    const suite = await suiteOf(services, agent);
    staged.push({
      agent,
      draft,
      newest,
      semver: unchanged ? undefined : nextSemver(before, source),
      suite: {
        eval_suite_id: suite?.version.suite_id ?? null,
        eval_suite_version: suite?.version.semver ?? null,
      },
    });
    if (request.runEvals ?? source.agent.runEvals) gated.push({ agent, source });
  }
  serverIssues.push(...(await passGate(services, gated)).map(noEvalsIssue));
  const deployedAt = timestamp();
  const { agents, number } = await store.transaction(async (nouns) => {
    const deployed: DeployResult['agents'] = [];
    for (const { agent, draft, newest, semver, suite } of staged) {
      if ((await nouns.drafts.of(agent.id))?.tree_id !== draft.tree_id) {
        throw conflict(`The draft of "${agent.local_id}" changed during the deployment; deploy again.`);
      }
      const version =
        semver === undefined && newest
          ? newest
          : await nouns.versions.add(agent.id, draft.tree_id, semver ?? '1.0.0', {
              ...suite,
              created_by: draft.source_folder || null,
            });
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
            environment,
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
        ? await nouns.versions.addDeployment(projectId, request.project, environment)
        : await nouns.versions.lastDeployment(projectId, request.project, environment),
    };
  });
  return { version: `v${number}`, agents, deployedAt, serverIssues };
}

async function chooseAgents(
  { store, projectId }: SourceServices,
  { project, environment = '', localAgentId }: DeployRequest,
): Promise<{ agent: AgentRow; draft: DraftRow }[]> {
  const all = await store.agents.ofSource(projectId, project, environment);
  if (all.length === 0) throw notFound(sourceName(project, environment));
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
