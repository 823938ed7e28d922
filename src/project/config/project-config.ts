import { JsonDocument, type JsonNode } from '../json/document';
import { unknownRule } from '../rules/ignores';
import { type RuleLevels, readLevels } from '../rules/levels';
import { ruleOf } from '../rules/table';
import {
  defaultDiscover,
  defaultPersonaTokens,
  defaultRetentionRuns,
  projectSchema,
} from '../schemas/project';
import type { RangedIssue } from '../types';
import { Report } from './report';

export const projectConfigPath = 'tavora.jsonc';

export interface DiscoverPattern {
  pattern: string;
  /** Undefined for the default, which nobody wrote. */
  node: JsonNode | undefined;
}

export interface ProjectConfig {
  name: string;
  apiUrl?: string;
  discover: DiscoverPattern[];
  retentionRuns: number;
  /** What `rules` makes of single rules. */
  levels: RuleLevels;
  personaTokens: number;
  /** True when `apiUrl` names a server other than one on this machine. */
  hosted: boolean;
  report: Report;
}

/** Reads `tavora.jsonc`; what is missing or wrong gets its default and an issue in `report`. */
export function readProjectConfig(text: string): ProjectConfig {
  const document = new JsonDocument(text);
  const report = new Report(projectConfigPath, document);
  report.shape('parse-project-config', projectSchema);
  const { root } = document;
  const nameNode = document.field(root, 'project');
  const name = document.string(nameNode)?.trim() ?? '';
  if (!name && root?.type === 'object' && (!nameNode || nameNode.type === 'string')) {
    report.addMissing(
      'missing-project-name',
      nameNode,
      undefined,
      'The project has no name.',
      'Add "project": "my-project". Agents are published under this name.',
      { key: 'project' },
    );
  }
  const discoverNode = document.field(document.field(root, 'agents'), 'discover');
  const written =
    discoverNode?.type === 'array' ? document.items(discoverNode) : discoverNode ? [discoverNode] : [];
  const discover = written.flatMap((node): DiscoverPattern[] => {
    const pattern = document.string(node);
    return pattern === undefined ? [] : [{ pattern, node }];
  });
  const runs = document.number(document.field(document.field(root, 'retention'), 'runs'));
  const apiUrl = document.string(document.field(root, 'apiUrl'));
  if (apiUrl !== undefined && !apiUrl.includes('${') && !isHttpAddress(apiUrl)) {
    report.add(
      'invalid-field',
      document.field(root, 'apiUrl'),
      `"apiUrl" is not an http or https address: "${apiUrl}".`,
      'Write the server’s origin, for instance "https://api.tavora.ai".',
    );
  }
  const rulesNode = document.field(root, 'rules');
  for (const { key, keyNode } of document.fields(rulesNode)) {
    if (!ruleOf(key)) report.issues.push(unknownRule(projectConfigPath, key, document.range(keyNode)));
  }
  const tokens = document.number(document.field(document.field(root, 'limits'), 'personaTokens'));
  return {
    name,
    levels: rulesNode ? readLevels(document.value(rulesNode)) : {},
    personaTokens: tokens !== undefined && tokens >= 1 ? tokens : defaultPersonaTokens,
    hosted: apiUrl !== undefined && isHttpAddress(apiUrl) && !isLocalAddress(apiUrl),
    ...(apiUrl ? { apiUrl } : {}),
    discover: discover.length > 0 ? discover : [{ pattern: defaultDiscover, node: undefined }],
    retentionRuns: runs !== undefined && Number.isInteger(runs) && runs >= 0 ? runs : defaultRetentionRuns,
    report,
  };
}

/** True for an address of this machine. */
export function isLocalAddress(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/.test(hostname);
}

/** True for an absolute http or https URL. */
export function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** @returns the issues that the text of a `tavora.jsonc` has by itself. */
export function projectConfigIssues(text: string): RangedIssue[] {
  return readProjectConfig(text).report.issues;
}
