import type { AgentConfigSource } from '../config/agent-config';
import { skillIssues } from '../skills/rules';
import type { Snapshot } from '../snapshot';
import type { RangedIssue } from '../types';
import { issue } from './issue';
import { skillContext, skillsUsing } from './project-rules';
import { didYouMean, listed, nearest } from './suggest';

/** What is known of the connected server. A field that is absent says nothing. */
export interface ServerFacts {
  /** How messages name it. */
  label: string;
  /** Ids of the models that it offers, as `provider/name`. */
  models?: readonly string[];
  /** Names of the secrets in its vaults; never values. */
  secretNames?: readonly string[];
  /** True when it runs skills on another engine than the runtime on this machine. */
  hosted?: boolean;
}

/** @returns the problems that a project has with one server. */
export function serverIssues(snapshot: Snapshot, facts: ServerFacts): RangedIssue[] {
  const issues = snapshot.agents.flatMap(({ source }) => configServerIssues(source, facts));
  if (!facts.hosted || snapshot.config.hosted) return issues;
  for (const { agent, skill } of skillsUsing(snapshot.agents.map((one) => one.agent))) {
    const analysis = snapshot.files.get(skill.path)?.skill;
    // Only what the other engine adds: the rest has been said.
    if (analysis) issues.push(...skillIssues(skill.path, analysis, skillContext(agent, true)));
  }
  return issues;
}

/** @returns what an agent's config asks of a server that it does not have. */
export function configServerIssues(config: AgentConfigSource, facts: ServerFacts): RangedIssue[] {
  return [...modelIssues(config, facts), ...secretIssues(config, facts)];
}

function modelIssues(
  { path, model, modelNode, report }: AgentConfigSource,
  facts: ServerFacts,
): RangedIssue[] {
  const { models, label } = facts;
  if (!models || models.length === 0 || !model || !modelNode || model.includes('${')) return [];
  if (models.some((id) => id === model || id.endsWith(`/${model}`))) return [];
  const suggestion = nearest(model, models);
  return [
    issue('unknown-model', path, {
      range: report.document.range(modelNode),
      message: `${label} does not offer the model "${model}".`,
      hint: `${didYouMean(model, models)}It offers ${listed(models)}.`,
      ...(suggestion && modelNode.type === 'string' ? { data: { suggestion } } : {}),
    }),
  ];
}

function secretIssues({ path, mcp, report }: AgentConfigSource, facts: ServerFacts): RangedIssue[] {
  const { secretNames, label } = facts;
  if (!secretNames) return [];
  return mcp.flatMap(({ name, auth, secretNode }): RangedIssue[] => {
    const wanted = auth?.secretRef;
    if (!wanted || !secretNode || wanted.includes('${') || secretNames.includes(wanted)) return [];
    const suggestion = nearest(wanted, secretNames);
    return [
      issue('mcp-unknown-secret', path, {
        range: report.document.range(secretNode),
        message: `No vault of ${label} has the secret "${wanted}", which the MCP server "${name}" logs in with.`,
        hint: `${didYouMean(wanted, secretNames)}Add it to a vault, or name one that is there.`,
        data: { key: wanted, ...(suggestion ? { suggestion } : {}) },
      }),
    ];
  });
}
