import { JsonDocument, type JsonNode } from '../json/document';
import { defaultDiscover, defaultRetentionRuns, projectSchema } from '../schemas/project';
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
  return {
    name,
    ...(apiUrl ? { apiUrl } : {}),
    discover: discover.length > 0 ? discover : [{ pattern: defaultDiscover, node: undefined }],
    retentionRuns: runs !== undefined && Number.isInteger(runs) && runs >= 0 ? runs : defaultRetentionRuns,
    report,
  };
}

/** True for an absolute http or https URL. */
export function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** @returns the issues that the text of a `tavora.jsonc` has by itself. */
export function projectConfigIssues(text: string): RangedIssue[] {
  return readProjectConfig(text).report.issues;
}
