import type { AgentConfigSource } from '../config/agent-config';
import type { ServerKnowledge } from '../language/types';
import { readModelId } from '../model-id';
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
  if (!models || !model || !modelNode || model.includes('${')) return [];
  const { provider, name } = readModelId(model);
  const own = models.filter((id) => id.startsWith(`${provider}/`));
  // Nothing is known of a provider that lists none.
  if (own.length === 0 || own.some((id) => isModel(id.slice(`${provider}/`.length), name))) return [];
  const suggestion = nearest(model, models);
  const choices = alternatives(`${provider}/${name}`, own, models);
  return [
    issue('unknown-model', path, {
      range: report.document.range(modelNode),
      message: `${label} does not offer the model "${model}".`,
      hint: `${didYouMean(model, models)}It offers ${listed(choices)}.`,
      ...(modelNode.type === 'string' ? { data: { choices, ...(suggestion ? { suggestion } : {}) } } : {}),
    }),
  ];
}

/** True when a listed model is what a name means: providers list their dated versions, and take the name without. */
function isModel(listed: string, name: string): boolean {
  const plain = name
    .replace(/[-:]latest$/, '')
    .replace(/:(?:free|online|nitro|floor|extended|thinking)$/, '');
  return (
    [name, plain, `${plain}:latest`].includes(listed) ||
    /^-(?:\d{6,}|\d{4}-\d\d|\d{3,4}$)/.test(after(listed, plain))
  );
}

/** @returns the rest of a text that begins with another; "" for one that does not. */
function after(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : '';
}

/** How many other models are offered. */
const mostChoices = 5;

/** @returns what could stand in the place of a model: the provider's that begin most like it, then the others. */
function alternatives(model: string, own: readonly string[], models: readonly string[]): string[] {
  const shared = (id: string) => {
    const other = [...id].findIndex((letter, i) => letter !== model[i]);
    return other < 0 ? id.length : other;
  };
  const near = [...own].sort((a, b) => shared(b) - shared(a));
  return [...new Set([...near, ...models])].slice(0, mostChoices);
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
