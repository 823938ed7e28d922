import { escapeGlob } from '../listing';
import { folderOf } from '../paths';
import { proposed } from '../rules/suggest';
import type { Agent } from '../types';
import type { FileEdit, FixContext, Fixer } from './fix';
import { JsonEdits } from './json-edits';
import { misspelt } from './misspelt';

function projectName({ project }: FixContext): string {
  return project.agents[0]?.id ?? 'my-project';
}

/** Of a field that is written twice the last one counts, so the one before it goes. */
const removeEarlier: Fixer = ({ path, content, issue }) => {
  const key = issue.range && new JsonEdits(path, content).at(issue.range.offset)?.node;
  const property = key?.parent;
  const siblings = property?.parent?.children ?? [];
  const at = property ? siblings.indexOf(property) : -1;
  const earlier = siblings.slice(0, at).findLast((one) => one.children?.[0]?.value === key?.value);
  const next = earlier && siblings[siblings.indexOf(earlier) + 1];
  if (!earlier || !next) return [];
  const edits: FileEdit[] = [
    { kind: 'text', path, offset: earlier.offset, length: next.offset - earlier.offset, text: '' },
  ];
  return [{ title: `Remove the earlier "${String(key?.value)}"`, preferred: true, edits }];
};

const addPattern: Fixer = (context) => {
  const { project, path } = context;
  const config = project.configPath;
  const json = new JsonEdits(config, context.text(config) ?? '');
  const written = json.find(['agents', 'discover']);
  const own = escapeGlob(path);
  const before: unknown = written?.type === 'string' ? written.value : undefined;
  const edits =
    written?.type === 'array'
      ? json.append(['agents', 'discover'], own)
      : json.set(['agents', 'discover'], [before ?? 'agents/*/agent.jsonc', own]);
  return [{ title: `Add it to "agents.discover" in ${config}`, preferred: true, edits }];
};

/** Names an unused file in the config of the agent whose folder it stands in. */
const bindFile: Fixer = ({ project, path, text }) => {
  const owner = agentAbove(project.agents, path);
  if (!owner) return [];
  const folder = folderOf(owner.configPath);
  const inside = (folder ? path.slice(folder.length + 1) : path).replace(
    /\/(?:skill\.md|main\.js|main\.d\.ts)$/,
    '',
  );
  const json = new JsonEdits(owner.configPath, text(owner.configPath) ?? '');
  const [top = ''] = inside.split('/');
  const [title, edits] =
    top === 'evals' || path.endsWith('.json')
      ? ['evals', json.append(['evals'], inside)]
      : top === 'skills' || path.endsWith('.js')
        ? ['skills', json.append(['skills'], inside)]
        : ['persona', json.set(['persona'], inside)];
  return [{ title: `Add it to "${title}" of ${owner.id}`, preferred: true, edits }];
};

/** @returns the agent in whose folder a file stands, the innermost where one stands in another. */
function agentAbove(agents: readonly Agent[], path: string): Agent | undefined {
  return agents
    .filter((agent) => path.startsWith(`${folderOf(agent.configPath)}/`))
    .sort((a, b) => b.configPath.length - a.configPath.length)[0];
}

/** Removes a comment; with its line where nothing else stands there. */
const removeComment: Fixer = ({ content, issue, path }) => {
  if (!issue.range) return [];
  const lineStart = content.lastIndexOf('\n', issue.range.offset - 1) + 1;
  const lineBreak = content.indexOf('\n', issue.range.offset);
  const lineEnd = lineBreak < 0 ? content.length : lineBreak;
  const line = content.slice(lineStart, lineEnd);
  const comment =
    /\s*(?:\/\/\s*tavora-ignore\b.*|\/\*\s*tavora-ignore\b.*?\*\/|<!--\s*tavora-ignore\b.*?-->)/.exec(line);
  if (!comment) return [];
  const whole = comment[0].trim() === line.trim();
  const offset = whole ? lineStart : lineStart + comment.index;
  const length = whole ? (lineBreak < 0 ? lineEnd : lineBreak + 1) - lineStart : comment[0].length;
  return [
    {
      title: 'Remove the comment',
      preferred: true,
      edits: [{ kind: 'text', path, offset, length, text: '' }],
    },
  ];
};

/** A code that is near one that exists becomes it; any other setting or comment goes. */
const unknownRule: Fixer = (context) => {
  if (proposed(context.issue.hint) !== undefined) return misspelt(context);
  if (!context.path.endsWith('.jsonc')) return removeComment(context);
  const json = new JsonEdits(context.path, context.content);
  const found = context.issue.range && json.at(context.issue.range.offset);
  if (found?.node.type !== 'string') return removeComment(context);
  return [{ title: 'Remove the setting', preferred: true, edits: json.remove(found.place) }];
};

/** Rules about a project as a whole, and about any file of it. */
export const projectFixers: Record<string, Fixer> = {
  'missing-project-config': (context) => [
    {
      title: `Create ${context.project.configPath}`,
      preferred: true,
      edits: [
        {
          kind: 'create',
          path: context.project.configPath,
          text: `{\n  "project": ${JSON.stringify(projectName(context))}\n}\n`,
        },
      ],
    },
  ],
  'missing-project-name': (context) => [
    {
      title: `Name the project "${projectName(context)}"`,
      preferred: true,
      edits: new JsonEdits(context.path, context.content).set(['project'], projectName(context)),
    },
  ],
  'unreachable-agent': addPattern,
  'unused-file': bindFile,
  'unknown-rule': unknownRule,
  'unused-ignore': removeComment,
  'unknown-field': misspelt,
  'duplicate-field': removeEarlier,
};
