import { type AgentProject, type SecretUse, secretUses } from '../../project';
import { conventionalSecrets } from '../../protocol';
import type { KeptSecret, Resources } from './read';

/** One line of the view "Secrets and Hosts", as a value. */
export interface ResourceRow {
  /** The same for the same thing in every drawing. */
  id: string;
  kind: 'group' | 'secret' | 'missing' | 'host' | 'note';
  label: string;
  description: string;
  icon: string;
  /** Further lines, for the tooltip. */
  details: string[];
  children: ResourceRow[];
  /** Of a secret that is there. */
  secret?: KeptSecret;
}

/** @returns the rows for what a server has, with what the workspace's projects make of it. */
export function resourceRows(
  { secrets, hosts }: Resources,
  projects: readonly AgentProject[],
): ResourceRow[] {
  return [
    group(
      'secrets',
      'Secrets',
      'key',
      typeof secrets === 'string' ? secrets : secretRows(secrets, projects),
      ['No secrets yet. Add one for a model or an MCP server.'],
    ),
    group('hosts', 'Allowed Hosts', 'globe', typeof hosts === 'string' ? hosts : hosts.map(hostRow), [
      'Skills may call no host yet.',
    ]),
  ];
}

/** Who reads which secret, over all projects. */
export function usesIn(projects: readonly AgentProject[]): Map<string, SecretUse[]> {
  const all = new Map<string, SecretUse[]>();
  for (const project of projects) {
    for (const [name, uses] of secretUses(project)) {
      all.set(name, [...(all.get(name) ?? []), ...uses]);
    }
  }
  return all;
}

/** @returns the names that an MCP server logs in with and that no vault has for it, sorted. */
export function missingSecrets(
  secrets: readonly KeptSecret[],
  uses: ReadonlyMap<string, readonly SecretUse[]>,
): string[] {
  const there = new Set(secrets.filter(({ read }) => read !== false).map(({ name }) => name));
  return [...uses]
    .filter(([name, list]) => !there.has(name) && list.some(({ required }) => required))
    .map(([name]) => name)
    .sort();
}

/** @returns one use in words: `MCP server "crm" of Support`. */
export function useText({ by, agent }: SecretUse): string {
  return `${by} of ${agent}`;
}

/** @returns what servers read a secret of this name for by themselves; "" for any other name. */
export function conventionText(name: string): string {
  const known: Partial<Record<string, { what: string }>> = conventionalSecrets;
  return known[name]?.what ?? '';
}

function secretRows(secrets: readonly KeptSecret[], projects: readonly AgentProject[]): ResourceRow[] {
  const uses = usesIn(projects);
  const several = new Set(secrets.map(({ vaultId }) => vaultId)).size > 1;
  return [
    ...missingSecrets(secrets, uses).map((name) => missingRow(name, uses.get(name) ?? [])),
    ...secrets.map((secret) => secretRow(secret, uses.get(secret.name) ?? [], several)),
  ];
}

function missingRow(name: string, uses: readonly SecretUse[]): ResourceRow {
  return {
    ...row('missing', `missing/${name}`, 'warning', name),
    description: ['missing', summary(uses)].join(' · '),
    details: ['No vault that is read has it. It is wanted by:', ...uses.map(useText)],
  };
}

function secretRow(secret: KeptSecret, uses: readonly SecretUse[], several: boolean): ResourceRow {
  const { name, vaultId, vaultName, read, updatedAt } = secret;
  const convention = conventionText(name);
  const unread = read === false ? `not read: in the vault ${vaultName}` : '';
  return {
    ...row('secret', `secret/${vaultId}/${name}`, read === false ? 'circle-slash' : 'key', name),
    description: [
      unread || summary(uses) || convention || 'used by no agent here',
      several && !unread ? `vault ${vaultName}` : '',
    ]
      .filter(Boolean)
      .join(' · '),
    details: [
      ...(convention ? [capitalized(convention)] : []),
      ...uses.map((use) => `Used by ${useText(use)}`),
      ...(unread ? ['Models and MCP servers read another vault of this project.'] : []),
      `Vault ${vaultName}, set ${new Date(updatedAt).toLocaleString()}. The value is shown nowhere.`,
    ],
    secret,
  };
}

function hostRow(host: string): ResourceRow {
  const description = hostText(host);
  return {
    ...row('host', `host/${host}`, 'globe', host),
    description,
    details: description ? [`Allows: ${description}.`] : [],
  };
}

/** @returns what an entry allows beyond its own text. */
function hostText(host: string): string {
  if (host === '*') return 'every public address';
  const words = [
    host.startsWith('private:') ? 'also in your own network' : '',
    host.includes('*.') ? 'every name below it' : '',
  ];
  return words.filter(Boolean).join(', ');
}

function summary(uses: readonly SecretUse[]): string {
  const [first] = uses;
  if (!first) return '';
  return uses.length === 1 ? useText(first) : `${uses.length} uses`;
}

function group(
  id: string,
  label: string,
  icon: string,
  rows: ResourceRow[] | string,
  none: string[],
): ResourceRow {
  const list = typeof rows === 'string' ? [rows] : rows.length === 0 ? none : [];
  const notes = list.map((text, i) => row('note', `${id}/note/${i}`, 'info', text));
  return {
    ...row('group', id, icon, label),
    description: typeof rows === 'string' ? '' : countText(rows),
    children: [...notes, ...(typeof rows === 'string' ? [] : rows)],
  };
}

/** @returns how many are there, and how many are not. */
function countText(rows: readonly ResourceRow[]): string {
  const missing = rows.filter(({ kind }) => kind === 'missing').length;
  const there = rows.length - missing;
  return [there > 0 ? String(there) : '', missing > 0 ? `${missing} missing` : '']
    .filter(Boolean)
    .join(' · ');
}

function row(kind: ResourceRow['kind'], id: string, icon: string, label: string): ResourceRow {
  return { id, kind, icon, label, description: '', details: [], children: [] };
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
