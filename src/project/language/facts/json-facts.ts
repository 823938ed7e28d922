import { JsonDocument, type JsonNode } from '../../json/document';
import { valueOffsets } from '../json-string';
import type { Span } from '../types';
import { variablesIn } from '../variables';
import type { FactList, FileUse, Meaning } from './fact';
import { addProseFacts } from './prose-facts';

/** Adds what an `agent.jsonc` names and makes. */
export function addAgentFacts(list: FactList, text: string): void {
  const document = new JsonDocument(text);
  const { root } = document;
  const field = (key: string) => document.field(root, key);
  addString(list, text, field('id'), (name) => ({ kind: 'agent', name }), true);
  addModel(list, text, document, field('model'));
  addFiles(list, text, 'persona', [field('persona')]);
  addFiles(list, text, 'skills', document.items(field('skills')));
  addFiles(list, text, 'evals', document.items(field('evals')));
  for (const node of document.items(field('capabilities'))) {
    addString(list, text, node, (name) => ({ kind: 'capability', name }));
  }
  for (const node of document.items(field('indexes'))) {
    addString(list, text, node, (name) => ({ kind: 'index', name }));
  }
  for (const node of document.items(field('mcp'))) {
    addString(list, text, document.field(node, 'name'), (name) => ({ kind: 'server', name }), true);
    const auth = document.field(node, 'auth');
    for (const key of ['tokenRef', 'valueRef']) {
      addString(list, text, document.field(auth, key), (name) => ({ kind: 'secret', name }));
    }
  }
  for (const { key, keyNode } of document.fields(field('env'))) {
    list.add({ kind: 'variable', name: key }, inside(text, keyNode), inside(text, keyNode), true);
  }
  for (const node of document.items(field('schedules'))) addProse(list, text, document.field(node, 'input'));
  addProse(list, text, field('description'));
  addVariables(list, text, root);
}

/** Adds what a `tavora.jsonc` names. */
export function addProjectFacts(list: FactList, text: string): void {
  const document = new JsonDocument(text);
  const { root } = document;
  const discover = document.field(document.field(root, 'agents'), 'discover');
  addFiles(list, text, 'discover', discover?.type === 'array' ? document.items(discover) : [discover]);
  addVariables(list, text, root);
}

/** Adds what the texts of an eval name. */
export function addEvalFacts(list: FactList, text: string): void {
  const document = new JsonDocument(text);
  const { root } = document;
  for (const key of ['description', 'input', 'criteria']) addProse(list, text, document.field(root, key));
  for (const node of document.items(document.field(root, 'expectations'))) {
    addProse(list, text, document.field(node, 'value'));
  }
}

/** The span between a string's quotes. */
function inside(text: string, node: JsonNode): Span {
  const raw = text.slice(node.offset, node.offset + node.length);
  const offsets = valueOffsets(raw);
  return { offset: node.offset + 1, length: (offsets.at(-1) ?? 1) - 1 };
}

function addString(
  list: FactList,
  text: string,
  node: JsonNode | undefined,
  meaning: (name: string) => Meaning,
  defines = false,
): void {
  if (node?.type !== 'string') return;
  const span = inside(text, node);
  list.add(meaning(String(node.value)), span, span, defines);
}

function addModel(list: FactList, text: string, document: JsonDocument, node: JsonNode | undefined): void {
  if (node?.type === 'string') addString(list, text, node, (name) => ({ kind: 'model', name }));
  const provider = document.string(document.field(node, 'provider'));
  addString(list, text, document.field(node, 'name'), (name) => ({
    kind: 'model',
    name: provider ? `${provider}/${name}` : name,
  }));
}

function addFiles(
  list: FactList,
  text: string,
  use: FileUse,
  nodes: readonly (JsonNode | undefined)[],
): void {
  for (const node of nodes) addString(list, text, node, (written) => ({ kind: 'file', written, use }));
}

function addProse(list: FactList, text: string, node: JsonNode | undefined): void {
  if (node?.type !== 'string') return;
  addProseFacts(list, String(node.value), placeIn(text, node));
}

/** @returns how a span of a string's value stands in the file. */
function placeIn(text: string, node: JsonNode): (span: Span) => Span {
  const offsets = valueOffsets(text.slice(node.offset, node.offset + node.length));
  const at = (i: number) => node.offset + (offsets[Math.min(i, offsets.length - 1)] ?? 0);
  return ({ offset, length }) => ({ offset: at(offset), length: at(offset + length) - at(offset) });
}

function addVariables(list: FactList, text: string, node: JsonNode | undefined): void {
  if (!node) return;
  if (node.type === 'string') {
    const place = placeIn(text, node);
    for (const { name, span } of variablesIn(String(node.value))) {
      list.add({ kind: 'variable', name }, place(span));
    }
    return;
  }
  // The name of a field is no place for a variable.
  const children = node.type === 'property' ? node.children?.slice(1) : node.children;
  for (const child of children ?? []) addVariables(list, text, child);
}
