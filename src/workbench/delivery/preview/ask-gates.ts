import { type TavoraClient, unlessUnserved } from '../../../client';
import { CaseLabels, type CaseOwner } from '../../../project';
import { type EvalRun, judgedCases } from '../../../protocol';
import { inParallel } from '../../shared/in-parallel';
import { type Gate, type GateSuite, gateOf, isWhole, runsOver } from './gate';
import type { RunsOver } from './gate-cases';
import type { AgentPlan, DeployPlan } from './plan';

/** How many questions a server is asked at a time. */
const width = 8;
/** How many runs are looked through for one over the files that are to be deployed. */
const runsBack = 50;
/** Of how many runs over them the results are read. */
const mostRead = 8;

/** An agent with the files of it that are to go live. */
type GatedFiles = Pick<AgentPlan, 'id' | 'serverId' | 'sourceHash'>;

/** The suite that decides; `isForeign` when it is another agent's. */
type AskedSuite = GateSuite & { isForeign: boolean };

/** What is known of agents beside what a server says. Each takes an agent's id. */
export interface KnownOfAgents {
  hasEvals(agentId: string): boolean;
  /** The source hashes of an agent's runs, by their ids, as far as they are known here. */
  sources(agentId: string): Promise<ReadonlyMap<string, string>>;
}

/**
 * Asks a server what the evals say of each agent that they decide on, by its id.
 * @throws ApiError, ConnectionError
 */
export async function askGates(
  client: TavoraClient,
  { agents }: Pick<DeployPlan, 'agents'>,
  known: KnownOfAgents,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Gate>> {
  const gated = agents.filter((agent) => agent.gated);
  const gates = await inParallel(gated, width, async (agent): Promise<[string, Gate]> => {
    return [agent.id, await gateNow(client, agent, known, signal)];
  });
  return new Map(gates);
}

async function gateNow(
  client: TavoraClient,
  agent: GatedFiles,
  known: KnownOfAgents,
  signal: AbortSignal,
): Promise<Gate> {
  const { suite, runs } = await runsOf(client, agent, known, signal);
  if (!known.hasEvals(agent.id) && !suite?.isForeign) {
    return { kind: 'no-evals' };
  }
  if (!runs) {
    return { kind: agent.serverId ? 'unknown' : 'none' };
  }
  const gate = gateOf(runs, agent.sourceHash, suite);
  return gate.kind === 'failed' ? { ...gate, kind: await verdictOn(client, gate.run.id, signal) } : gate;
}

/**
 * Asks for the results of an agent's runs over exactly the files that are to go live: of the newest one of all cases,
 * and of those after it.
 * @param owner the agent as its files say
 * @throws ApiError, ConnectionError
 */
export async function askRuns(
  client: TavoraClient,
  agent: GatedFiles,
  owner: CaseOwner,
  known: Pick<KnownOfAgents, 'sources'>,
  signal: AbortSignal,
): Promise<RunsOver> {
  const { serverId, sourceHash } = agent;
  const { suite, runs } = await runsOf(client, agent, known, signal);
  const over = runsOver(runs ?? [], sourceHash, suite);
  const whole = over.findIndex((run) => isWhole(run) && run.status === 'completed');
  // The one of all cases decides, however many of some have been made since.
  const decides = whole < 0 ? [] : over.slice(whole, whole + 1);
  const since = over.slice(0, whole < 0 ? undefined : whole).slice(0, mostRead - decides.length);
  const wanted = [...since, ...decides];
  const read = await inParallel(wanted, width, ({ id }) => unlessUnserved(client.evals.run(id, { signal })));
  const files = async () => (serverId ? await client.evals.caseFiles(serverId, { signal }) : new Map());
  return {
    details: read.flatMap((detail) => detail ?? []),
    labels: await CaseLabels.read(owner, files),
    isForeign: suite?.isForeign ?? false,
  };
}

/** @returns an agent's runs, newest first, with their source hashes; undefined where the server has none to tell of. */
async function runsOf(
  client: TavoraClient,
  { id, serverId }: GatedFiles,
  known: Pick<KnownOfAgents, 'sources'>,
  signal: AbortSignal,
): Promise<{ suite: AskedSuite | undefined; runs: EvalRun[] | undefined }> {
  if (!serverId) return { suite: undefined, runs: undefined };
  const suite = await suiteNow(client, serverId, signal);
  const runs = await unlessUnserved(client.evals.ofAgent(serverId, { limit: runsBack }, { signal }));
  if (!runs || runs.every(({ source_hash }) => source_hash)) return { suite, runs };
  const sources = await known.sources(id);
  const sourceOf = (run: EvalRun) => run.source_hash || (sources.get(run.id) ?? '');
  return { suite, runs: runs.map((run) => ({ ...run, source_hash: sourceOf(run) })) };
}

/** @returns the suite that decides on an agent; undefined where the server names none. */
async function suiteNow(
  client: TavoraClient,
  serverId: string,
  signal: AbortSignal,
): Promise<AskedSuite | undefined> {
  const suite = await unlessUnserved(client.evals.pinnedSuite(serverId, { signal }));
  if (!suite) {
    return undefined;
  }
  const { id, agent_id: owner, active_version_id: active } = suite;
  if (!owner || owner === serverId) {
    // Which version of its own suite an agent has comes with its files.
    return { id, isForeign: false };
  }
  const versions = await unlessUnserved(client.evals.suiteVersions(id, { signal }));
  const semver = versions?.find((version) => version.id === active)?.semver;
  return { id, isForeign: true, ...(semver ? { semver } : {}) };
}

/** The verdict case by case on a run that has results which did not pass: it is run again where one was not judged. */
async function verdictOn(
  client: TavoraClient,
  runId: string,
  signal: AbortSignal,
): Promise<'passed' | 'failed' | 'unjudged'> {
  const detail = await unlessUnserved(client.evals.run(runId, { signal }));
  const verdicts = judgedCases(detail?.results ?? []).map(({ verdict }) => verdict);
  if (verdicts.includes('errored')) return 'unjudged';
  return verdicts.length === 0 || verdicts.includes('failed') ? 'failed' : 'passed';
}
