import * as vscode from 'vscode';
import { type Agent, CaseLabels, type SkillFile, type TextRange } from '../../project';
import type { DraftState, Drafts } from '../delivery';
import type { AgentScore, EvalResults } from '../evals';
import type { WorkspaceProject } from '../shared/workspaces';
import type { Row, RowKind } from './row';

export interface RowSources {
  drafts: Pick<Drafts, 'state' | 'record'>;
  results: Pick<EvalResults, 'ofAgent' | 'ofCase'>;
  /** How many problems the editor shows for a file. */
  problems(uri: vscode.Uri): number;
  /** Whether one of them is an error. */
  hasErrors(uri: vscode.Uri): boolean;
}

/** @returns the rows of a project, as deep as they go. */
export function projectRow(project: WorkspaceProject, sources: RowSources): Row {
  const { name, agents, configPath } = project.project;
  return {
    id: project.folder.toString(),
    kind: 'project',
    label: name || '(no name)',
    description: vscode.workspace.asRelativePath(project.folder, true),
    icon: 'project',
    project,
    open: { path: configPath },
    problems: sources.problems(project.uri(configPath)),
    children: agents.map((agent) => agentRow(project, agent, sources)),
  };
}

function agentRow(project: WorkspaceProject, agent: Agent, sources: RowSources): Row {
  const state = sources.drafts.state(project, agent.id);
  const uris = [...new Set([agent.configPath, ...agent.files])].map((path) => project.uri(path));
  const problems = uris.reduce((sum, uri) => sum + sources.problems(uri), 0);
  const worst = uris.some((uri) => sources.hasErrors(uri)) ? 'error' : 'warning';
  const id = `${project.folder.toString()}|${agent.configPath}`;
  const row = (kind: RowKind, icon: string, label: string, rest: Partial<Row>): Row => ({
    id: `${id}|${rest.id ?? kind}`,
    kind,
    icon,
    label,
    description: rest.description ?? '',
    project,
    agentId: agent.id,
    problems:
      rest.open && rest.open.path !== agent.configPath ? sources.problems(project.uri(rest.open.path)) : 0,
    children: rest.children ?? [],
    ...(rest.open ? { open: rest.open } : {}),
  });
  const group = (
    name: string,
    icon: string,
    children: Row[],
    description = String(children.length),
  ): Row[] => (children.length === 0 ? [] : [row('group', icon, name, { id: name, description, children })]);
  const labels = CaseLabels.of(agent);
  const score = sources.results.ofAgent(project, agent.id);
  const inConfig = (range?: TextRange) => ({ path: agent.configPath, ...(range ? { range } : {}) });
  const { personaPath, ranges } = agent;
  return {
    id,
    kind: 'agent',
    label: agent.name || agent.id,
    description: [
      stateText(state, sources.drafts.record(project, agent.id)?.deployed?.semver),
      problemText(problems),
    ]
      .filter(Boolean)
      .join(' · '),
    icon: 'robot',
    project,
    agentId: agent.id,
    open: inConfig(ranges.id),
    state,
    problems,
    ...(problems > 0 ? { worst } : {}),
    children: [
      row('persona', 'person', 'Persona', {
        description: personaPath ? withoutFolder(personaPath, agent.configPath) : 'none',
        open: personaPath ? { path: personaPath } : inConfig(ranges.persona),
      }),
      row('model', 'sparkle', 'Model', {
        description: agent.model || 'not set',
        open: inConfig(ranges.model),
      }),
      ...group(
        'Skills',
        'tools',
        agent.skills.map((skill) =>
          row(skill.kind, skillIcon(skill), skill.name, {
            id: `skill/${skill.path}`,
            description: [skill.kind, skill.description].filter(Boolean).join(' · '),
            open: { path: skill.path },
          }),
        ),
      ),
      ...group(
        'Evals',
        'beaker',
        agent.evals.map((one) => {
          const own = sources.results.ofCase(project, agent.id, one);
          return row('eval', own?.icon ?? 'beaker', labels.ofFile(one), {
            id: `eval/${one.path}`,
            description: [own?.text, one.input].filter(Boolean).join(' · '),
            open: { path: one.path, ...(one.range ? { range: one.range } : {}) },
          });
        }),
        evalsText(agent.evals.length, score),
      ),
      ...group(
        'MCP Servers',
        'plug',
        agent.mcp.map((server, i) =>
          row('mcp', 'plug', server.name || '(no name)', {
            id: `mcp/${i}`,
            description: server.url,
            open: inConfig(server.range ?? ranges.mcp),
          }),
        ),
      ),
      ...group(
        'Indexes',
        'database',
        agent.indexes.map((name, i) =>
          row('index', 'database', name, {
            id: `index/${i}`,
            open: inConfig(ranges.indexes),
          }),
        ),
      ),
      ...group(
        'Schedules',
        'watch',
        agent.schedules.map((one, i) =>
          row('schedule', 'watch', one.name || one.cron, {
            id: `schedule/${i}`,
            description: one.name ? one.cron : one.input,
            open: inConfig(one.range ?? ranges.schedules),
          }),
        ),
      ),
      ...(sources.drafts.record(project, agent.id)?.deployed
        ? [
            {
              ...row('versions', 'history', 'Versions', {
                description: versionText(sources.drafts.record(project, agent.id)?.deployed?.semver),
              }),
              lazy: true,
            },
          ]
        : []),
    ],
  };
}

/** @returns how many evals there are, and how they went; their number goes without saying when all have a result. */
function evalsText(count: number, score: AgentScore | undefined): string {
  if (!score) return String(count);
  return score.cases === count ? score.text : `${count} · ${score.text}`;
}

/** @returns a path as the agent's own config names it, where it stands below the config's folder. */
function withoutFolder(path: string, configPath: string): string {
  const folder = configPath.slice(0, configPath.lastIndexOf('/') + 1);
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function skillIcon(skill: SkillFile): string {
  return skill.kind === 'module' ? 'symbol-method' : 'note';
}

/** @returns how an agent's files stand to the server, in a few words. */
export function stateText(state: DraftState, semver: string | undefined): string {
  const live = semver ? `v${semver.replace(/^v/, '')}` : '';
  switch (state) {
    case 'unsynced':
      return 'not synced';
    case 'draft':
      return live ? `draft, ${live} live` : 'draft';
    case 'changed':
      return live ? `changed since ${live}` : 'changed';
    case 'deployed':
      return `deployed ${live}`.trim();
  }
}

export function problemText(count: number): string {
  return count === 0 ? '' : count === 1 ? '1 problem' : `${count} problems`;
}

function versionText(live: string | undefined): string {
  return live ? `v${live.replace(/^v/, '')} live` : '';
}
