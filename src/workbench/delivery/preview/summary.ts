import type { ChangeCounts } from '../../../project';
import type { Issue } from '../../../protocol';
import type { Drift } from './drift';
import { type Gate, gateSentence } from './gate';
import { type AgentPlan, changing, type DeployPlan } from './plan';

/** What is known of a deployment beside its plan: asked while the changes are shown already. */
export interface Verdict {
  /** What the evals say of each agent that they decide on, by its id. */
  gates: ReadonlyMap<string, Gate>;
  /** What the rules and the server warn of. */
  warnings: readonly Issue[];
}

/**
 * The title of the comparison, "Deploy support against v1.2.0" or "Promote support to Production, first version"; the
 * editor adds the number of files.
 */
export function planTitle(plan: DeployPlan): string {
  const title = (what: string) => (plan.from ? `Promote ${what} to ${plan.server}` : `Deploy ${what}`);
  const agents = changing(plan);
  const [one] = agents;
  if (!one || agents.length > 1) {
    return `${title(plan.only ?? plan.project)}: ${agents.length} agents`;
  }
  return one.live
    ? `${title(one.id)} against ${versionName(one.live.semver)}`
    : `${title(one.id)}, first version`;
}

/** What would happen, in a few sentences. */
export function planSentences(plan: DeployPlan, { gates, warnings }: Verdict): string[] {
  const agents = changing(plan);
  const place = placeName(plan);
  if (agents.length === 0) {
    return [...fromSentences(plan), nothingChanged(plan, place), ...gateSentences(plan, gates)];
  }
  const few = agents.slice(0, 3).map(agentSentence);
  const more = agents.length > few.length ? ` ${agents.length - few.length} more agents change.` : '';
  const calm = plan.agents.length - agents.length;
  return [
    ...fromSentences(plan),
    `${place}: ${few.join(' ')}${more}`,
    ...agents
      .filter(({ kind }) => kind === 'unknown')
      .slice(0, 1)
      .map(unknownSentence),
    ...(calm > 0 ? [`${calm} unchanged.`] : []),
    ...gateSentences(plan, gates),
    ...(warnings.length > 0 ? [warnings.length === 1 ? '1 warning.' : `${warnings.length} warnings.`] : []),
    ...(plan.serverOnly.length > 0 && !plan.from
      ? [`The server also has ${list(plan.serverOnly)}, which this folder lacks and a deployment leaves.`]
      : []),
  ];
}

/** How the server has moved on, in a few sentences; empty when it has not. */
export function driftSentences(plan: DeployPlan): string[] {
  return plan.agents.flatMap((agent) => agent.drift.map((drift) => driftSentence(plan.server, agent, drift)));
}

/** "1 new, 2 changed"; "" when nothing is touched. */
export function countsText(counts: ChangeCounts): string {
  return (['new', 'changed', 'moved', 'gone'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(', ');
}

/** "v1.2.0", with or without the letter in it already. */
export function versionName(semver: string): string {
  return `v${semver.replace(/^v/, '')}`;
}

/** Where a deployment goes: the server, and the environment where its name does not say it already. */
export function placeName({ server, environment }: DeployPlan): string {
  const said = !environment || server.toLowerCase().includes(environment.toLowerCase());
  return said ? server : `${server} (${environment})`;
}

/** How many files a version changes. */
export function touched({ new: added, changed, gone, moved }: ChangeCounts): number {
  return added + changed + gone + moved;
}

function agentSentence(agent: AgentPlan): string {
  const { id, live, counts, kind } = agent;
  if (kind === 'first') {
    return `${id} gets its first version, of ${files(touched(counts))}.`;
  }
  const what = kind === 'unknown' ? 'changes' : `${files(touched(counts))} (${countsText(counts)})`;
  return `${id}: ${what} against ${versionName(live?.semver ?? '')}.`;
}

/** What is promoted from where, and what takes no part in it. */
function fromSentences({ from, agents, server, serverOnly }: DeployPlan): string[] {
  if (!from) {
    return [];
  }
  const versions = agents.map(({ id }) => [id, versionName(from.versions.get(id) ?? '')].join(' '));
  const { notLive } = from;
  return [
    `From ${from.server}, not from the working tree: ${list(versions)}.`,
    ...(notLive.length > 0
      ? [`Nothing of ${list(notLive)} is live on ${from.server}, so that it is not promoted.`]
      : []),
    ...(serverOnly.length > 0
      ? [`${server} also has ${list(serverOnly)}, which ${from.server} lacks and a promotion leaves.`]
      : []),
  ];
}

function nothingChanged({ agents, only, project, from }: DeployPlan, place: string): string {
  const [one] = agents;
  const which = agents.length === 1 && one?.live ? versionName(one.live.semver) : 'what is live';
  return `${place}: nothing of ${only ?? project} has changed since ${which}. A ${from ? 'promotion' : 'deployment'} would make no new version.`;
}

function unknownSentence({ id, live, files: known }: AgentPlan): string {
  const version = versionName(live?.semver ?? '');
  return known.length === 0
    ? `Which files ${version} of ${id} has is not known: it was not deployed from here, and the server does not say.`
    : `The server gives only persona and skills of ${version} of ${id}; other files cannot be compared.`;
}

function gateSentences({ agents }: DeployPlan, gates: Verdict['gates']): string[] {
  const decided = agents.flatMap(({ id }) => {
    const gate = gates.get(id);
    return gate ? [{ id, gate }] : [];
  });
  // What stands in the way comes first; what passed is said of one agent only.
  const order: readonly Gate['kind'][] = [
    'failed',
    'unjudged',
    'running',
    'none',
    'unknown',
    'no-evals',
    'passed',
  ];
  const sorted = decided.sort((a, b) => order.indexOf(a.gate.kind) - order.indexOf(b.gate.kind));
  const said = sorted.slice(0, 2).map(({ id, gate }) => gateSentence(id, gate));
  return sorted.length > 2 ? [...said, `Evals decide on ${sorted.length - 2} more agents.`] : said;
}

function driftSentence(server: string, { id }: AgentPlan, drift: Drift): string {
  switch (drift.kind) {
    case 'live': {
      const { semver, by, at } = drift.now;
      const who = by ? ` by ${by}` : '';
      const when = at ? ` on ${new Date(at).toLocaleString()}` : '';
      const seen = drift.base
        ? `this folder last saw ${versionName(drift.base.semver)}`
        : 'this folder has not seen it';
      return `${server} has ${versionName(semver)} of ${id}, deployed${who}${when}; ${seen}.`;
    }
    case 'undeployed':
      return `Nothing of ${id} is live on ${server} any more; this folder last saw ${versionName(drift.seen)}.`;
    case 'draft':
      return `The draft of ${id} on ${server} was not synced from this folder; deploying replaces it.`;
    case 'lost':
      return `${server} does not have ${id} any more; this folder last saw ${versionName(drift.seen)}.`;
  }
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

function list(names: readonly string[]): string {
  const some = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${some} and ${names.length - 3} more` : some;
}
