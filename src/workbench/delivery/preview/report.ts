import type { SourceChange } from '../../../project';
import type { Issue } from '../../../protocol';
import { gateSentence } from './gate';
import type { AgentPlan, DeployPlan } from './plan';
import {
  countsText,
  driftSentences,
  placeName,
  planTitle,
  touched,
  type Verdict,
  versionName,
} from './summary';

/** Everything that is known before a deployment, as Markdown. */
export function planReport(plan: DeployPlan, { gates, warnings }: Verdict): string {
  const drift = driftSentences(plan);
  return [
    `# ${plain(planTitle(plan))}`,
    `To ${plain(placeName(plan))}, project ${plain(plan.project)}.`,
    ...(plan.from ? [`From ${plain(plan.from.server)}, not from the working tree.`] : []),
    ...section('The server has moved on', drift.map(plain)),
    ...plan.agents.flatMap((agent) => agentPart(agent, gates, plan.from?.versions.get(agent.id))),
    ...section('Warnings', warnings.map(warning)),
    ...section(
      'Not promoted',
      (plan.from?.notLive ?? []).map((id) => `${plain(id)}: nothing of it is live there`),
    ),
    ...section(
      plan.from ? `Only on ${plain(plan.server)}` : 'On the server only',
      plan.serverOnly.map((id) => `${plain(id)}: stays as it is`),
    ),
  ].join('\n\n');
}

function agentPart(agent: AgentPlan, gates: Verdict['gates'], taken: string | undefined): string[] {
  const { id, name, live, counts, kind, renamedFrom } = agent;
  const gate = gates.get(id);
  const against = live ? `against ${versionName(live.semver)}` : 'first version';
  const head = kind === 'unchanged' ? `unchanged since ${versionName(live?.semver ?? '')}` : against;
  const rows = agent.files
    .filter(({ state }) => state !== 'unchanged')
    .map((change) => `| ${change.state} | ${plain(pathOf(change))} |`);
  return [
    `## ${plain(name || id)} (${plain(id)})${taken ? ` ${versionName(taken)}` : ''}: ${head}`,
    ...(kind === 'unknown' ? ['Which files are live is not known, or not of all of them.'] : []),
    ...(renamedFrom ? [`It looks like ${plain(renamedFrom)} under another id.`] : []),
    ...(touched(counts) > 0 ? [`${countsText(counts)}; ${counts.unchanged} unchanged.`] : []),
    ...(rows.length > 0 ? [`| | File |\n| --- | --- |\n${rows.join('\n')}`] : []),
    ...(gate ? [plain(gateSentence(id, gate))] : []),
  ];
}

function pathOf(change: SourceChange): string {
  return change.state === 'moved' ? `${change.from} → ${change.path}` : change.path;
}

function warning({ file, line, code, message }: Issue): string {
  const place = file ? `${file}${line ? `:${line}` : ''}: ` : '';
  return plain(`${place}${message}${code ? ` (${code})` : ''}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`## ${title}`, lines.map((line) => `- ${line}`).join('\n')] : [];
}

/** Names and messages come from files and servers: they are text, not Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|!~]/g, (sign) => `\\${sign}`).replaceAll(/\s+/g, ' ');
}
