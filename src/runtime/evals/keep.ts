import { createHash } from 'node:crypto';
import type { Agent, EvalFile } from '../../project';
import { defaultPassThreshold } from '../../protocol';
import type { AgentRow, Case, NewCase, Nouns } from '../store';

type Stores = Pick<Nouns, 'agents' | 'evalCases' | 'evalSuites'>;

/**
 * Writes an agent's eval files through: its cases become exactly these, and its suite gets a version that holds
 * them. An agent's first evals make its suite, and pin it; what a person pinned or cleared later stays.
 *
 * A suite has one version a content: the first is 1.0.0, a case that comes or goes makes the next minor version,
 * any other change the next patch, and evals that are as they were before go back to the version that holds them.
 */
export async function keepEvals(store: Stores, row: AgentRow, agent: Agent): Promise<void> {
  const cases = await store.evalCases.replace(row.project_id, row.id, agent.evals.map(toCase));
  const name = agent.name || agent.id;
  let suite = await store.evalSuites.ofAgent(row.id);
  if (!suite) {
    if (cases.length === 0) return;
    const description = `Evals of the agent "${agent.id}".`;
    suite = await store.evalSuites.create(row.project_id, row.id, {
      name,
      description,
      threshold: defaultPassThreshold,
    });
    await store.agents.update(row.id, { eval_suite_id: suite.id });
  }
  const contentHash = hashOf(cases);
  const active = suite.active_version_id
    ? await store.evalSuites.version(suite.active_version_id)
    : undefined;
  if (active?.content_hash === contentHash && suite.name === name) return;
  const version =
    (await store.evalSuites.withContent(suite.id, contentHash)) ??
    (await store.evalSuites.addVersion(suite.id, {
      semver: await nextSemver(store, suite.id, active?.cases, cases),
      contentHash,
      cases,
    }));
  await store.evalSuites.update(suite.id, { name, active_version_id: version.id });
}

function toCase(file: EvalFile): NewCase {
  return {
    name: file.name,
    description: file.description,
    path: file.path,
    prompt: file.input,
    criteria: file.criteria,
    expectations: file.expectations,
    answers: file.answers,
    pass_threshold: file.passThreshold ?? defaultPassThreshold,
  };
}

/** The content is what a run makes of the cases: their order and descriptions are not part of it, ids are. */
function hashOf(cases: readonly Case[]): string {
  const content = cases.map(({ description, ...each }) => each).sort((a, b) => (a.path < b.path ? -1 : 1));
  return `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}

async function nextSemver(
  store: Stores,
  suiteId: string,
  before: readonly Case[] | undefined,
  next: readonly Case[],
): Promise<string> {
  const [newest] = await store.evalSuites.versions(suiteId);
  if (!newest || !before) return '1.0.0';
  const [major = 0, minor = 0, patch = 0] = newest.semver.split('.').map(Number);
  const paths = new Set(before.map(({ path }) => path));
  const same = before.length === next.length && next.every(({ path }) => paths.has(path));
  return same ? `${major}.${minor}.${patch + 1}` : `${major}.${minor + 1}.0`;
}
