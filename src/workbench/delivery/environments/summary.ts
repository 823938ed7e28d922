import type { AgentPlan, DeployPlan } from '../preview/plan';

/** @returns what a promotion does, a line an agent. @param versions the version that each agent comes from */
export function promotionLines(plan: DeployPlan, versions: ReadonlyMap<string, string>): string[] {
  return plan.agents.map((agent) => {
    const version = versions.get(agent.id);
    return `${agent.id}${version ? ` v${version}` : ''}: ${agentWords(agent)}`;
  });
}

function agentWords({ kind, live, counts, drift, gated }: AgentPlan): string {
  const before = live ? `v${live.semver}` : '';
  const changes = (['new', 'changed', 'moved', 'gone'] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(', ');
  const words = {
    first: `the first version there, ${counts.new} files`,
    changed: `replaces ${before}: ${changes}`,
    unchanged: `the same as ${before}, which is live there`,
    unknown: `replaces ${before}, whose files are not known`,
  }[kind];
  const draft = drift.some((one) => one.kind === 'draft') ? '; it replaces a draft that is staged there' : '';
  return `${words}${draft}${gated ? '; its evals decide first' : ''}`;
}
