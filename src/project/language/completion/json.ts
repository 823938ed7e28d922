import { createScanner, findNodeAtLocation, getLocation, type JSONPath, type Node } from 'jsonc-parser';
import { JsonDocument } from '../../json/document';
import { folderOf } from '../../paths';
import { defaultDiscover } from '../../schemas/project';
import type { FileRole } from '../facts/read';
import type { LanguageIndex } from '../index/language-index';
import { valueOffsets } from '../json-string';
import type { Completion, ServerKnowledge, Span } from '../types';
import { openVariable } from '../variables';
import { entry, type Target } from './entry';
import { indexEntries, modelEntries, secretEntries } from './names';
import { pathEntries } from './paths';
import { completeProse } from './prose';
import { otherKeys, schemaKeys, schemaValues } from './schema';

/** Kinds of jsonc-parser's tokens; it declares them as constants that a separate module cannot import. */
const lineComment = 12;
const comments: ReadonlySet<number> = new Set([lineComment, 13]);
const endOfFile = 17;

/**
 * Completes a config or an eval: paths, models, indexes, secrets, variables, and names of skills in prose. What the
 * contributed schema offers is left to the editor, so that nothing is offered twice.
 */
export function completeJson(
  index: LanguageIndex,
  path: string,
  role: FileRole,
  text: string,
  offset: number,
  server: ServerKnowledge,
): Completion[] {
  if (inComment(text, offset)) return [];
  const location = getLocation(text, offset);
  const node = stringAt(location.previousNode, text, offset);
  const target = node ? insideTarget(text, node, offset) : { insert: at(offset), replace: at(offset) };
  if (location.isAtPropertyKey) {
    const written = otherKeys(nodeAt(text, location.path.slice(0, -1)), offset);
    return schemaKeys(path, role, location.path, written, target, node !== undefined);
  }
  if (!node && (location.previousNode || !expectsValue(text, offset))) return [];
  const found = [
    ...(node ? variableEntries(index, path, role, text, offset, node) : []),
    ...schemaValues(path, role, location.path, target),
    ...valueEntries(index, path, role, text, location.path, target, server),
    ...(node && isProse(role, location.path) ? proseEntries(index, path, text, offset, node, server) : []),
  ];
  // Without quotes around the cursor the value brings its own.
  return node
    ? found.map(escaped)
    : found.map((one) => ({ ...one, insertText: JSON.stringify(one.insertText) }));
}

function valueEntries(
  index: LanguageIndex,
  path: string,
  role: FileRole,
  text: string,
  where: JSONPath,
  target: Target,
  server: ServerKnowledge,
): Completion[] {
  const [field, second, third, fourth] = where;
  const listed = () => writtenItems(text, where.slice(0, -1), where.at(-1));
  const folder = folderOf(path);
  if (role === 'project') {
    const discovers = field === 'agents' && second === 'discover';
    if (!discovers) return [];
    // As a single text the schema offers its default.
    const written = where.length === 2 ? [defaultDiscover] : listed();
    return pathEntries(index, { folder, use: 'discover', text, target, written });
  }
  if (role !== 'agent') return [];
  if (field === 'persona' && where.length === 1) {
    return pathEntries(index, { folder, use: 'persona', text, target, written: [] });
  }
  if ((field === 'skills' || field === 'evals') && typeof second === 'number' && where.length === 2) {
    return pathEntries(index, { folder, use: field, text, target, written: listed() });
  }
  if (field === 'indexes' && typeof second === 'number') {
    const written = listed();
    return indexEntries(index, path, target, server).filter((one) => !written.includes(one.label));
  }
  if (field === 'model') return modelsAt(index, text, where, target, server);
  if (field === 'mcp' && third === 'auth' && (fourth === 'tokenRef' || fourth === 'valueRef')) {
    return secretEntries(index, target, server);
  }
  return [];
}

/** In the object form the provider stands in a field of its own. */
function modelsAt(
  index: LanguageIndex,
  text: string,
  where: JSONPath,
  target: Target,
  server: ServerKnowledge,
): Completion[] {
  const all = modelEntries(index, target, server);
  if (where.length === 1) return all;
  const document = new JsonDocument(text);
  const model = document.field(document.root, 'model');
  if (where[1] === 'provider') {
    const providers = [
      ...new Set(all.flatMap((one) => (one.label.includes('/') ? [one.label.split('/', 1)[0] ?? ''] : []))),
    ];
    return providers.map((name) => entry(name, target, { kind: 'model', detail: 'provider' }));
  }
  const provider = document.string(document.field(model, 'provider'));
  if (where[1] !== 'name' || !provider) return [];
  return all.flatMap((one) => {
    if (!one.label.startsWith(`${provider}/`)) return [];
    const name = one.label.slice(provider.length + 1);
    return [{ ...one, label: name, insertText: name }];
  });
}

function variableEntries(
  index: LanguageIndex,
  path: string,
  role: FileRole,
  text: string,
  offset: number,
  node: Node,
): Completion[] {
  if (role !== 'agent') return [];
  const open = openVariable(text.slice(0, node.offset + node.length), offset);
  if (!open || open.insert.offset <= node.offset) return [];
  const agent = index.uses.agents.find((one) => one.configPath === path);
  return Object.keys(agent?.env ?? {}).map((name) =>
    entry(name, open, { kind: 'variable', detail: 'value from "env"', order: 1 }),
  );
}

function isProse(role: FileRole, [field, , third]: JSONPath): boolean {
  if (role === 'agent') return field === 'description' || (field === 'schedules' && third === 'input');
  return role === 'eval' && ['description', 'input', 'criteria', 'expectations'].includes(String(field));
}

/** Completes prose in a string: the string's value is Markdown, whose places are those of the source. */
function proseEntries(
  index: LanguageIndex,
  path: string,
  text: string,
  offset: number,
  node: Node,
  server: ServerKnowledge,
): Completion[] {
  const offsets = valueOffsets(text.slice(node.offset, node.offset + node.length)).map(
    (one) => one + node.offset,
  );
  const cursor = offsets.indexOf(offset);
  if (cursor < 0) return [];
  const place = (span: Span): Span => {
    const from = offsets[span.offset] ?? offset;
    return { offset: from, length: (offsets[span.offset + span.length] ?? from) - from };
  };
  return completeProse(index, path, String(node.value), cursor, server).map((one) => ({
    ...one,
    insert: place(one.insert),
    replace: place(one.replace),
  }));
}

/** @returns the string that the cursor stands in, between its quotes. */
function stringAt(node: Node | undefined, text: string, offset: number): Node | undefined {
  if (node?.type !== 'string' && node?.type !== 'property') return undefined;
  if (text[node.offset] !== '"') return undefined;
  const end = (valueOffsets(text.slice(node.offset, node.offset + node.length)).at(-1) ?? 1) + node.offset;
  return offset > node.offset && offset <= end ? node : undefined;
}

function insideTarget(text: string, node: Node, offset: number): Target {
  const from = node.offset + 1;
  const end = (valueOffsets(text.slice(node.offset, node.offset + node.length)).at(-1) ?? 1) + node.offset;
  return {
    insert: { offset: from, length: offset - from },
    replace: { offset: from, length: Math.max(end, offset) - from },
  };
}

function at(offset: number): Span {
  return { offset, length: 0 };
}

/** True where a value may begin: behind a colon, a comma or an opening bracket. */
function expectsValue(text: string, offset: number): boolean {
  return /[:[,]\s*$/.test(withoutComments(text.slice(0, offset)));
}

function withoutComments(text: string): string {
  const scanner = createScanner(text, false);
  let result = '';
  for (let token = scanner.scan(); token !== endOfFile; token = scanner.scan()) {
    const start = scanner.getTokenOffset();
    if (!comments.has(token)) result += text.slice(start, start + scanner.getTokenLength());
  }
  return result;
}

function inComment(text: string, offset: number): boolean {
  const scanner = createScanner(text, false);
  for (let token = scanner.scan(); token !== endOfFile; token = scanner.scan()) {
    const start = scanner.getTokenOffset();
    if (start >= offset) return false;
    const end = start + scanner.getTokenLength();
    if (end < offset || !comments.has(token)) continue;
    return end > offset || token === lineComment || !text.slice(start, end).endsWith('*/');
  }
  return false;
}

/** @returns the other texts of the list that a value stands in. */
function writtenItems(text: string, list: JSONPath, without: unknown): string[] {
  const items = nodeAt(text, list)?.children ?? [];
  return items.flatMap((item, i) => (i === without || item.type !== 'string' ? [] : [String(item.value)]));
}

function nodeAt(text: string, where: JSONPath): Node | undefined {
  const { root } = new JsonDocument(text);
  return root && findNodeAtLocation(root, where);
}

function escaped(one: Completion): Completion {
  return { ...one, insertText: JSON.stringify(one.insertText).slice(1, -1) };
}
