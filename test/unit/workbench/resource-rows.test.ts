import assert from 'node:assert/strict';
import type { AgentProject } from '../../../src/project';
import type { KeptSecret } from '../../../src/workbench/resources/read';
import {
  missingSecrets,
  type ResourceRow,
  resourceRows,
  usesIn,
} from '../../../src/workbench/resources/rows';

type Asked = { name: string; model?: string; secrets?: string[] };

function project(...agents: Asked[]): AgentProject {
  return {
    agents: agents.map(({ name, model = 'local/rehearsal', secrets = [] }) => ({
      id: name.toLowerCase(),
      name,
      model,
      mcp: secrets.map((secretRef) => ({
        name: 'crm',
        url: '',
        transport: 'sse',
        auth: { type: 'bearer', secretRef },
      })),
    })),
  } as unknown as AgentProject;
}

function kept(name: string, read?: boolean, vaultName = 'keys'): KeptSecret {
  const updatedAt = '2026-01-01T00:00:00Z';
  return { name, vaultId: vaultName, vaultName, updatedAt, ...(read === undefined ? {} : { read }) };
}

function picture(rows: readonly ResourceRow[], depth = 0): string[] {
  return rows.flatMap(({ icon, label, description, children }) => [
    `${'  '.repeat(depth)}${icon} ${label}${description ? `: ${description}` : ''}`,
    ...picture(children, depth + 1),
  ]);
}

describe('The rows of the view "Secrets and Hosts"', () => {
  it('name each secret with who uses it, and what no vault has', () => {
    const projects = [
      project({ name: 'Support', model: 'openai/gpt-5', secrets: ['crm_token', 'wiki_token'] }),
      project({ name: 'Sales', model: 'gpt-5', secrets: [`$${'{TOKEN}'}`] }),
    ];
    const secrets = ['crm_token', 'old', 'openai_api_key'].map((name) => kept(name, true));
    assert.deepEqual(picture(resourceRows({ secrets, hosts: ['api.example.com'] }, projects)), [
      'key Secrets: 3 · 1 missing',
      '  warning wiki_token: missing · MCP server "crm" of Support',
      '  key crm_token: MCP server "crm" of Support',
      '  key old: used by no agent here',
      '  key openai_api_key: 2 uses',
      'globe Allowed Hosts: 1',
      '  globe api.example.com',
    ]);
  });

  it('say of a secret that nothing reads where it is, and miss it still', () => {
    const secrets = [kept('crm_token', false, 'other'), kept('openai_api_key', true, 'main')];
    const [group] = resourceRows({ secrets, hosts: [] }, [
      project({ name: 'Support', secrets: ['crm_token'] }),
    ]);
    assert.deepEqual(picture(group?.children ?? []), [
      'warning crm_token: missing · MCP server "crm" of Support',
      'circle-slash crm_token: not read: in the vault other',
      'key openai_api_key: key of OpenAI, for models and embeddings · vault main',
    ]);
  });

  it('miss nothing that any vault has where the server does not say which one is read', () => {
    const uses = usesIn([project({ name: 'Support', secrets: ['crm_token'] })]);
    assert.deepEqual(missingSecrets([kept('crm_token')], uses), []);
    assert.deepEqual(missingSecrets([], uses), ['crm_token']);
  });

  it('miss no key of a model: the server’s environment may have it', () => {
    const uses = usesIn([project({ name: 'Support', model: 'anthropic/claude' })]);
    assert.deepEqual(missingSecrets([], uses), []);
  });

  it('say why a part is not there, and what to do with an empty one', () => {
    assert.deepEqual(picture(resourceRows({ secrets: 'X keeps no secrets.', hosts: [] }, [])), [
      'key Secrets',
      '  info X keeps no secrets.',
      'globe Allowed Hosts',
      '  info Skills may call no host yet.',
    ]);
  });

  it('say what an entry allows beyond its own text', () => {
    const hosts = ['*', '*.example.org', 'private:wiki.corp.example', 'private:*.corp.example'];
    assert.deepEqual(
      resourceRows({ secrets: [], hosts }, [])[1]?.children.map(({ description }) => description),
      [
        'every public address',
        'every name below it',
        'also in your own network',
        'also in your own network, every name below it',
      ],
    );
  });

  it('say so on hovering too, where a narrow view cuts it', () => {
    const [, group] = resourceRows({ secrets: [], hosts: ['a.example.com', '*.example.org'] }, []);
    assert.deepEqual(
      group?.children.map(({ details }) => details),
      [[], ['Allows: every name below it.']],
    );
  });

  it('tell who uses a secret on hovering, and that its value is not shown', () => {
    const [group] = resourceRows({ secrets: [kept('brave_api_key', true)], hosts: [] }, []);
    const details = group?.children[0]?.details.join('\n') ?? '';
    assert.match(details, /Key of the hosted service’s web search\./);
    assert.match(details, /The value is shown nowhere/);
  });
});
