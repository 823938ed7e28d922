import type { AgentConfigSource } from '../config/agent-config';
import type { ServerKnowledge } from '../language/types';
import { skillIssues } from '../skills/rules';
import type { Snapshot } from '../snapshot';
import type { RangedIssue } from '../types';
import { issue } from './issue';
import { skillContext, skillsUsing } from './project-rules';
import { didYouMean, listed, nearest } from './suggest';

/** What the rules ask of the connected server. A part that is absent is not known, and nothing is said of it. */
export interface ServerFacts extends Pick<ServerKnowledge, 'label' | 'models' | 'secrets'> {
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
  const { models, label = 'The server' } = facts;
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
  const { secrets, label = 'the server' } = facts;
  if (!secrets) return [];
  return mcp.flatMap(({ name, auth, secretNode }): RangedIssue[] => {
    const wanted = auth?.secretRef;
    if (!wanted || !secretNode || wanted.includes('${') || secrets.includes(wanted)) return [];
    const suggestion = nearest(wanted, secrets);
    return [
      issue('mcp-unknown-secret', path, {
        range: report.document.range(secretNode),
        message: `No vault of ${label} has the secret "${wanted}", which the MCP server "${name}" logs in with.`,
        hint: `${didYouMean(wanted, secrets)}Add it to a vault, or name one that is there.`,
        data: { key: wanted, ...(suggestion ? { suggestion } : {}) },
      }),
    ];
  });
}
