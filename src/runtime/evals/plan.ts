import { repeatsOfRun, type StartEvalRun } from '../../protocol';
import { badRequest, conflict, notFound } from '../http/problem';
import type { LoadedAgent, LoadedAgents } from '../source/loaded';
import type { AgentRow, Case, Store, SuiteVersion } from '../store';

/** Everything that a run of evals is made of; nothing of it changes while the run goes on. */
export interface EvalPlan {
  agent: AgentRow;
  target: 'draft' | 'live';
  /** Null for a draft. */
  versionId: string | null;
  source: LoadedAgent;
  suite: SuiteVersion;
  /** The agent whose suite it is. */
  suiteAgentId: string;
  cases: Case[];
  completeSuite: boolean;
  repeat: number;
  /** Whether the run notes what it exercises in the skills. */
  coverage: boolean;
  /** Undefined for the runtime's own. */
  timeoutMs: number | undefined;
}

interface PlanServices {
  store: Store;
  loaded: LoadedAgents;
  projectId: string;
}

const mostRepeats = 20;
const timeout = { least: 1_000, most: 3_600_000 };

/**
 * Works out what a request to run evals asks for.
 * @throws Problem 404 for an unknown agent or version, 409 for a target without source or an agent without evals,
 *   400 for a case that the suite does not have or a number out of bounds.
 */
export async function planRun(
  services: PlanServices,
  agentId: string,
  target: 'draft' | 'live',
  request: StartEvalRun,
): Promise<EvalPlan> {
  const agent = await services.store.agents.get(services.projectId, agentId);
  if (!agent) throw notFound(`The agent "${agentId}"`);
  const { repeat = 1, timeout_ms: timeoutMs } = request;
  checkNumber('repeat', repeat, 1, mostRepeats);
  if (timeoutMs !== undefined) checkNumber('timeout_ms', timeoutMs, timeout.least, timeout.most);
  const { versionId, treeId } = await chooseSource(services.store, agent, target, request.agent_version_id);
  const suite = await suiteOf(services, agent);
  if (!suite || suite.version.cases.length === 0) {
    throw conflict(
      `The agent "${agent.local_id}" has no evals; bind some under "evals" in its agent.jsonc and sync.`,
    );
  }
  const cases = chooseCases(suite.version.cases, request);
  const most = repeatsOfRun(cases.length, repeat);
  if (repeat > most) {
    const message = `One run repeats ${cases.length} cases at most ${most === 1 ? 'once' : `${most} times`}; start another for the rest, or choose fewer.`;
    throw badRequest(message, { field: 'repeat' });
  }
  return {
    agent,
    target,
    versionId,
    source: await services.loaded.load(treeId),
    suite: suite.version,
    suiteAgentId: suite.agentId,
    cases,
    completeSuite: cases.length === suite.version.cases.length,
    repeat,
    coverage: request.coverage ?? false,
    timeoutMs,
  };
}

/** @returns the suite that an agent's runs use, in its newest version: the pinned one, else the agent's own. */
export async function suiteOf(
  { store, projectId }: Pick<PlanServices, 'store' | 'projectId'>,
  agent: AgentRow,
): Promise<{ version: SuiteVersion; agentId: string } | undefined> {
  const pinned = agent.eval_suite_id ? await store.evalSuites.get(projectId, agent.eval_suite_id) : undefined;
  const suite = pinned ?? (await store.evalSuites.ofAgent(agent.id));
  const version = suite?.active_version_id
    ? await store.evalSuites.version(suite.active_version_id)
    : undefined;
  return suite && version && { version, agentId: suite.agent_id ?? agent.id };
}

async function chooseSource(
  store: Store,
  agent: AgentRow,
  target: 'draft' | 'live',
  wanted: string | undefined,
): Promise<{ versionId: string | null; treeId: string }> {
  if (target === 'draft') {
    if (wanted) throw badRequest('A draft has no version.', { field: 'agent_version_id' });
    const draft = await store.drafts.of(agent.id);
    if (!draft) throw conflict(`The agent "${agent.local_id}" has no draft; sync its source first.`);
    return { versionId: null, treeId: draft.tree_id };
  }
  const versionId = wanted || agent.active_version_id;
  if (!versionId) {
    const message = `The agent "${agent.local_id}" has not been deployed; deploy it, or run with target=draft.`;
    throw conflict(message);
  }
  const version = await store.versions.get(versionId);
  if (version?.agent_id !== agent.id) throw notFound(`The version "${versionId}" of this agent`);
  return { versionId, treeId: version.tree_id };
}

function chooseCases(all: readonly Case[], { case_names: names, case_ids: ids }: StartEvalRun): Case[] {
  if (!names && !ids) return [...all];
  const noNames = (names ?? []).filter((name) => !all.some((one) => one.name === name));
  const noIds = (ids ?? []).filter((id) => !all.some((one) => one.id === id));
  // All of them at once, so that whoever asks can do without them.
  const unknown = [...noNames, ...noIds];
  if (noNames.length > 0) {
    throw badRequest(`The suite has no case named "${noNames.join('", "')}".`, {
      field: 'case_names',
      unknown,
    });
  }
  if (noIds.length > 0) {
    throw badRequest(`The suite has no case "${noIds.join('", "')}".`, { field: 'case_ids', unknown });
  }
  const chosen = all.filter((one) => names?.includes(one.name) || ids?.includes(one.id));
  if (chosen.length === 0)
    throw badRequest('No case is named.', { field: names ? 'case_names' : 'case_ids' });
  return chosen;
}

function checkNumber(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw badRequest(`The field "${field}" must be a whole number from ${least} to ${most}.`, { field });
  }
}
