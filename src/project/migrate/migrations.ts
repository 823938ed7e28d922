import type { FileEdit, FixSource } from '../fixes/fix';
import { JsonEdits } from '../fixes/json-edits';
import { folderOf } from '../paths';
import { folderPromptText } from '../scaffold/texts';
import { snapshotOf } from '../snapshot';
import type { Agent, AgentProject, SkillFile } from '../types';

/** One older form in a project, and how it is written today. */
export interface Migration {
  kind: 'endpoint' | 'expectations' | 'folder';
  /** What it is about, for a list that a person picks from. */
  title: string;
  path: string;
  edits: FileEdit[];
}

/** @returns everything in a project that is written in an older form, each with the change that renews it. */
export function migrations(source: FixSource): Migration[] {
  const { project } = source;
  return [
    ...project.agents.flatMap((agent) => renamedEndpoints(source, agent)),
    ...evalPaths(project).flatMap((path) => criteriaOf(source, path)),
    ...flatSkills(project).map(({ agents, skill }) => intoFolder(source, agents, skill)),
  ];
}

function renamedEndpoints({ text }: FixSource, { configPath: path }: Agent): Migration[] {
  const json = new JsonEdits(path, text(path) ?? '');
  return (json.find(['mcp'])?.children ?? []).flatMap((server): Migration[] => {
    const fields = server.children ?? [];
    const key = fields.find(({ children }) => children?.[0]?.value === 'endpoint')?.children?.[0];
    if (!key || fields.some(({ children }) => children?.[0]?.value === 'url')) return [];
    const edits: FileEdit[] = [{ kind: 'text', path, offset: key.offset, length: key.length, text: '"url"' }];
    return [{ kind: 'endpoint', title: '"endpoint" is now "url"', path, edits }];
  });
}

function evalPaths(project: AgentProject): string[] {
  return [...new Set(project.agents.flatMap((agent) => agent.evals.map(({ path }) => path)))];
}

/** Says in words for the judge what the older form listed. */
function criteriaOf({ text }: FixSource, path: string): Migration[] {
  const before = text(path) ?? '';
  const json = new JsonEdits(path, before);
  const list = json.find(['expectations']);
  const property = list?.parent;
  if (list?.type !== 'array' || !property || json.find(['criteria'])) return [];
  const sentences = (list.children ?? []).flatMap((one) => {
    const field = (key: string): unknown =>
      one.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1]?.value;
    const value = field('value');
    if (typeof value !== 'string') return [];
    return [
      field('kind') === 'not_contains'
        ? `The answer does not contain "${value}".`
        : `The answer contains "${value}".`,
    ];
  });
  if (sentences.length === 0) return [];
  const edits: FileEdit[] = [
    {
      kind: 'text',
      path,
      offset: property.offset,
      length: property.length,
      text: `"criteria": ${JSON.stringify(sentences.join(' '))}`,
    },
  ];
  return [{ kind: 'expectations', title: '"expectations" are now "criteria"', path, edits }];
}

/** @returns each skill in a file of its own, with the agents that use it. */
function flatSkills(project: AgentProject): { agents: Agent[]; skill: SkillFile }[] {
  const found = new Map<string, { agents: Agent[]; skill: SkillFile }>();
  for (const agent of project.agents) {
    for (const skill of agent.skills.filter(({ layout }) => layout === 'file')) {
      const known = found.get(skill.path);
      if (known) known.agents.push(agent);
      else found.set(skill.path, { agents: [agent], skill });
    }
  }
  const { listing } = snapshotOf(project);
  return [...found.values()].filter(({ skill }) => !listing.hasFolder(folderFor(skill)));
}

function folderFor({ path }: SkillFile): string {
  return path.replace(/\.\w+$/, '');
}

function intoFolder({ text }: FixSource, agents: readonly Agent[], skill: SkillFile): Migration {
  const folder = folderFor(skill);
  const isModule = skill.kind === 'module';
  const edits: FileEdit[] = [
    { kind: 'rename', path: skill.path, to: `${folder}/${isModule ? 'main.js' : 'skill.md'}` },
  ];
  if (isModule) {
    const described = skill.description.replace(/\s+/g, ' ').trim();
    const prompt = folderPromptText(skill.name);
    const front = described
      ? prompt.replace(/^description: .*$/m, `description: ${JSON.stringify(described)}`)
      : prompt;
    edits.push({ kind: 'create', path: `${folder}/skill.md`, text: front });
  }
  for (const agent of agents) edits.push(...rebound(agent, skill, folder, text(agent.configPath) ?? ''));
  return { kind: 'folder', title: `${skill.name} gets a folder of its own`, path: skill.path, edits };
}

/** Names the folder where the config named the file; a pattern that took the file is joined by the folder. */
function rebound(agent: Agent, skill: SkillFile, folder: string, config: string): FileEdit[] {
  const json = new JsonEdits(agent.configPath, config);
  const base = folderOf(agent.configPath);
  const inside = (path: string) => (base && path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path);
  const items = json.find(['skills'])?.children ?? [];
  const index = items.findIndex(({ value }) => String(value).replace(/^\.\//, '') === inside(skill.path));
  if (index >= 0) return json.set(['skills', index], inside(folder));
  // "skills/*" takes folders too.
  const parent = inside(folderOf(skill.path));
  const wide = items.some(({ value }) =>
    [`${parent}/*`, `${parent}/**`].includes(String(value).replace(/^\.\//, '')),
  );
  return wide ? [] : json.append(['skills'], inside(folder));
}
