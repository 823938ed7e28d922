import { capabilities, currentCapabilities, withImplied } from '../capabilities';
import { JsonDocument, type JsonNode } from '../json/document';
import { baseName, folderOf } from '../paths';
import { didYouMean, listed, nearest } from '../rules/suggest';
import { agentSchema } from '../schemas/agent';
import type { AgentField, ScheduleEntry, TextRange } from '../types';
import { readMcpServers, type WrittenServer } from './mcp';
import { Report } from './report';
import { readSchedules } from './schedules';
import { checkVariables } from './variables';

/** What an agent's config is called. */
export const configName = 'agent.jsonc';

/** A string of the config and the node it stands in. */
export interface WrittenPath {
  text: string;
  node: JsonNode;
}

/** What an `agent.jsonc` says, before any other file is looked at. */
export interface AgentConfigSource {
  path: string;
  id: string;
  /** Undefined when the id is missing or not text. */
  idNode: JsonNode | undefined;
  modelNode: JsonNode | undefined;
  name: string;
  model: string;
  persona: WrittenPath | undefined;
  capabilities: string[];
  declaresCapabilities: boolean;
  skills: WrittenPath[];
  evals: WrittenPath[];
  mcp: WrittenServer[];
  indexes: string[];
  schedules: ScheduleEntry[];
  env: Record<string, string>;
  runEvals: boolean;
  ranges: Partial<Record<AgentField, TextRange>>;
  report: Report;
}

const fields: readonly AgentField[] = [
  'id',
  'name',
  'model',
  'persona',
  'capabilities',
  'skills',
  'mcp',
  'indexes',
  'evals',
  'schedules',
  'deploy',
  'env',
];

/** Reads an `agent.jsonc`; of a broken text what can be read, with issues in `report`. */
export function readAgentConfig(path: string, text: string): AgentConfigSource {
  const document = new JsonDocument(text);
  const report = new Report(path, document);
  report.shape('parse-agent-config', agentSchema);
  const { root } = document;
  const at = (key: string) => document.field(root, key);
  const id = document.string(at('id'))?.trim() ?? '';
  const name = document.string(at('name'))?.trim() ?? '';
  const model = readModel(document, at('model'));
  if (root?.type === 'object') {
    requireText(report, 'id', id, 'missing-agent-id', 'Add "id": "my-agent", unique in the project.');
    requireText(
      report,
      'name',
      name,
      'missing-agent-name',
      'Add "name", which people see in lists and traces.',
    );
    requireModel(report, model);
  }
  const capabilityNodes = document.items(at('capabilities'));
  checkCapabilities(report, capabilityNodes);
  const ranges: AgentConfigSource['ranges'] = {};
  for (const field of fields) {
    const node = at(field);
    if (node) ranges[field] = document.range(node);
  }
  const env = readEnv(document, at('env'));
  checkVariables(report, env);
  return {
    path,
    id: id || baseName(folderOf(path)) || 'agent',
    idNode: id ? at('id') : undefined,
    modelNode: at('model'),
    name,
    model,
    persona: written(document, at('persona')),
    capabilities: withImplied(strings(document, at('capabilities'))),
    declaresCapabilities: at('capabilities')?.type === 'array',
    skills: paths(document, at('skills')),
    evals: paths(document, at('evals')),
    mcp: readMcpServers(report, at('mcp')),
    indexes: strings(document, at('indexes')),
    schedules: readSchedules(report, at('schedules')),
    env,
    runEvals: document.boolean(document.field(at('deploy'), 'runEvals')) ?? false,
    ranges,
    report,
  };
}

/** Reports a required text that is missing or empty; one of the wrong type has been reported already. */
function requireText(
  report: Report,
  key: 'id' | 'name',
  value: string,
  code: 'missing-agent-id' | 'missing-agent-name',
  hint: string,
): void {
  const node = report.document.field(report.document.root, key);
  if (value || (node && node.type !== 'string')) return;
  const message = node ? `"${key}" is empty.` : `The agent has no "${key}".`;
  report.addMissing(code, node, undefined, message, hint, { key });
}

function requireModel(report: Report, model: string): void {
  const node = report.document.field(report.document.root, 'model');
  if (model || (node && node.type !== 'string' && node.type !== 'object')) return;
  const nameNode = report.document.field(node, 'name');
  if (nameNode && nameNode.type !== 'string') return;
  report.addMissing(
    'missing-model',
    nameNode,
    node,
    'The agent names no model.',
    'Set "model": "provider/name", for instance "local/rehearsal" to work offline.',
    { key: 'model' },
  );
}

function readModel(document: JsonDocument, node: JsonNode | undefined): string {
  const text = document.string(node)?.trim();
  if (text !== undefined) return text;
  const name = document.string(document.field(node, 'name'))?.trim() ?? '';
  const provider = document.string(document.field(node, 'provider'))?.trim() ?? '';
  return name && provider ? `${provider}/${name}` : name;
}

function checkCapabilities(report: Report, nodes: JsonNode[]): void {
  const usable = capabilities.filter((one) => one.state !== 'retired').map((one) => one.name);
  for (const node of nodes) {
    const name = report.document.string(node);
    if (name === undefined) continue;
    const known = capabilities.find((one) => one.name === name);
    if (known?.state === 'retired') {
      report.add(
        'retired-capability',
        node,
        `The capability "${name}" was retired and has no effect.`,
        'Remove it. Keep what must last in an index or behind an MCP server.',
        { remove: true },
      );
    } else if (!known) {
      const suggestion = nearest(name, usable);
      report.add(
        'unknown-capability',
        node,
        `"${name}" is not a capability that Tavora knows.`,
        `${didYouMean(name, usable)}Known are ${listed(currentCapabilities)}.`,
        suggestion ? { suggestion } : undefined,
      );
    }
  }
}

function readEnv(document: JsonDocument, node: JsonNode | undefined): Record<string, string> {
  const entries = document.fields(node).flatMap(({ key, value }) => {
    const text = document.string(value);
    return text === undefined ? [] : [[key, text] as const];
  });
  return Object.fromEntries(entries);
}

function written(document: JsonDocument, node: JsonNode | undefined): WrittenPath | undefined {
  const text = document.string(node);
  return node && text !== undefined ? { text, node } : undefined;
}

function paths(document: JsonDocument, node: JsonNode | undefined): WrittenPath[] {
  return document.items(node).flatMap((item) => written(document, item) ?? []);
}

function strings(document: JsonDocument, node: JsonNode | undefined): string[] {
  return document.items(node).flatMap((item) => document.string(item) ?? []);
}
