import { escapeGlob } from '../listing';
import { folderOf } from '../paths';
import type { TextRange } from '../types';
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
const bindFile: Fixer = ({ issue, path, text }) => {
  const { agent, key } = issue.data ?? {};
  if (agent === undefined || key === undefined) return [];
  const folder = folderOf(agent);
  const inside = (folder ? path.slice(folder.length + 1) : path).replace(/\/skill\.md$/, '');
  const json = new JsonEdits(agent, text(agent) ?? '');
  const edits = key === 'persona' ? json.set([key], inside) : json.append([key], inside);
  return [{ title: `Add it to "${key}" in ${agent}`, preferred: true, edits }];
};

/** Removes a comment; with its line where nothing else stands there. */
const removeComment: Fixer = ({ content, issue, path }) => {
  if (!issue.range) return [];
  const one = oneCode(content, issue.range);
  if (one)
    return [{ title: 'Remove the code', preferred: true, edits: [{ kind: 'text', path, ...one, text: '' }] }];
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

/** @returns the stretch of a code and its comma, where a comment names others beside it. */
function oneCode(
  content: string,
  { offset, length }: TextRange,
): { offset: number; length: number } | undefined {
  const before = /,[ \t]*$/.exec(content.slice(0, offset))?.[0].length;
  if (before !== undefined) return { offset: offset - before, length: length + before };
  const after = /^[ \t]*,[ \t]*/.exec(content.slice(offset + length))?.[0].length;
  return after === undefined ? undefined : { offset, length: length + after };
}

/** A code that is near one that exists becomes it; any other setting or comment goes. */
const unknownRule: Fixer = (context) => {
  if (context.issue.data?.suggestion !== undefined) return misspelt(context);
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
