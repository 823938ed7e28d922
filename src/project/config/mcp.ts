import type { JsonNode } from '../json/document';
import type { McpAuth, McpServer } from '../types';
import { isHttpAddress } from './project-config';
import type { Report } from './report';

/** A server of a config, and where the name of its secret stands. */
export type WrittenServer = McpServer & { secretNode?: JsonNode };

/** Reads the `mcp` list and reports what a connection would miss. */
export function readMcpServers(report: Report, list: JsonNode | undefined): WrittenServer[] {
  const { document } = report;
  const names = new Set<string>();
  return document.items(list).flatMap((node) => {
    if (node.type !== 'object') return [];
    const nameNode = document.field(node, 'name');
    const name = document.string(nameNode)?.trim() ?? '';
    const urlNode = document.field(node, 'url') ?? document.field(node, 'endpoint');
    const url = document.string(urlNode)?.trim() ?? '';
    if (!name && (!nameNode || nameNode.type === 'string')) {
      report.addMissing(
        'mcp-missing-name',
        nameNode,
        node,
        'This MCP server has no name.',
        'Add "name"; skills reach the server as require("<name>").',
        { key: 'name' },
      );
    }
    if (name && names.has(name)) {
      report.add(
        'mcp-duplicate-name',
        nameNode,
        `Two MCP servers are named "${name}".`,
        'Rename one of them.',
      );
    }
    names.add(name);
    checkAddress(report, node, urlNode, url, name);
    const authNode = document.field(node, 'auth');
    const auth = readAuth(report, authNode, name);
    const secretNode = document.field(authNode, auth?.type === 'header' ? 'valueRef' : 'tokenRef');
    return [
      {
        name,
        url,
        transport: document.string(document.field(node, 'transport')) === 'sse' ? 'sse' : 'streamable_http',
        ...(auth ? { auth } : {}),
        range: document.range(node),
        ...(secretNode ? { secretNode } : {}),
      },
    ];
  });
}

function checkAddress(
  report: Report,
  node: JsonNode,
  urlNode: JsonNode | undefined,
  url: string,
  name: string,
): void {
  if (urlNode && urlNode.type !== 'string') return;
  const label = name ? `The MCP server "${name}"` : 'This MCP server';
  if (!url) {
    report.addMissing(
      'mcp-missing-endpoint',
      urlNode,
      node,
      `${label} has no address.`,
      'Add "url": "https://…", the address of the server.',
      { key: 'url' },
    );
  } else if (!url.includes('${') && !isHttpAddress(url)) {
    report.add(
      'mcp-invalid-endpoint',
      urlNode,
      `${label} has an address that is not http or https: "${url}".`,
      'Write a full address, for instance "https://mcp.example.com".',
      isHttpAddress(`https://${url}`) && !url.includes('://') ? { suggestion: `https://${url}` } : undefined,
    );
  }
}

function readAuth(report: Report, node: JsonNode | undefined, server: string): McpAuth | undefined {
  if (node?.type !== 'object') return undefined;
  const { document } = report;
  const type = document.string(document.field(node, 'type')) ?? '';
  const key = type === 'header' ? 'valueRef' : 'tokenRef';
  const secretNode = document.field(node, key);
  const secretRef = document.string(secretNode)?.trim();
  const headerName = document.string(document.field(node, 'name'))?.trim();
  const of = server ? ` of the MCP server "${server}"` : '';
  for (const plain of ['token', 'value', 'secret', 'password']) {
    const written = document.field(node, plain);
    const text = document.string(written);
    if (text && !text.includes('${')) {
      report.add(
        'mcp-secret-in-source',
        written,
        `The auth${of} holds a secret in plain text, which is sent and stored with the source.`,
        `Put it in the vault and name it here: "${key}": "my_secret".`,
        { key },
      );
    }
  }
  if (
    (type === 'bearer' || type === 'header') &&
    !secretRef &&
    (!secretNode || secretNode.type === 'string')
  ) {
    report.addMissing(
      'mcp-missing-secret',
      secretNode,
      node,
      `The auth${of} names no secret.`,
      `Add "${key}" with the name of a vault secret.`,
      { key },
    );
  }
  if (type === 'header' && !headerName) {
    report.add(
      'mcp-missing-secret',
      node,
      `The auth${of} names no header.`,
      'Add "name" with the header’s name.',
      { key: 'name' },
    );
  }
  return { type, ...(headerName ? { name: headerName } : {}), ...(secretRef ? { secretRef } : {}) };
}
