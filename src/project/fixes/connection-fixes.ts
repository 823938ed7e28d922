import type { FixContext, Fixer } from './fix';
import { freeName } from './json-edits';
import { misspelt } from './misspelt';
import { fieldText, objectAt } from './nodes';

/** Sets a field of the object that the issue is in, to an answer that a person can go on from. */
const setField =
  (field: string, value: (context: FixContext) => string, title: (value: string) => string): Fixer =>
  (context) => {
    const found = objectAt(context);
    if (!found) return [];
    const text = value(context);
    const edits = found.json.set([...found.place, field], text);
    return [{ title: title(text), preferred: true, edits }];
  };

/** The first label of a server's address that is a name of its own: "crm" of "https://crm.example.com". */
function serverName(context: FixContext): string {
  const found = objectAt(context);
  const url = fieldText(found?.node, 'url') ?? fieldText(found?.node, 'endpoint') ?? '';
  const labels = /^\w+:\/\/([\w.-]+)/.exec(url)?.[1]?.split('.') ?? [];
  const label = labels.find((one) => !['www', 'mcp', 'api'].includes(one)) ?? 'server';
  const agent = context.project.agents.find((one) => one.configPath === context.path);
  const taken = [...(agent?.mcp ?? []), ...(agent?.skills ?? [])].map(({ name }) => name);
  return freeName(label.replace(/[^\w-]+/g, '-') || 'server', new Set(taken));
}

/** Puts a scheme in front of an address, or a usable one in place of its own. */
const fullAddress: Fixer = (context) => {
  const found = objectAt(context);
  const field = fieldText(found?.node, 'url') === undefined ? 'endpoint' : 'url';
  const written = fieldText(found?.node, field)?.trim() ?? '';
  const url = `https://${written.replace(/^[a-z][\w+.-]*:\/*/i, '').replace(/^\/+/, '')}`;
  if (!found || !URL.canParse(url)) return [];
  const edits = found.json.set([...found.place, field], url);
  return [{ title: `Change to "${url}"`, preferred: true, edits }];
};

/** @returns the `auth` object that the issue is in, and what its secret is called there. */
export function authAt(context: FixContext) {
  const found = objectAt(context);
  if (found?.place.at(-1) !== 'auth') return undefined;
  const header = fieldText(found.node, 'type') === 'header';
  const server = fieldText(found.json.find(found.place.slice(0, -1)), 'name')?.trim() ?? '';
  const stem =
    server
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '') || 'mcp';
  return {
    ...found,
    key: header ? 'valueRef' : 'tokenRef',
    secret: `${stem}_${header ? 'key' : 'token'}`,
  };
}

const nameSecret: Fixer = (context) => {
  const auth = authAt(context);
  if (!auth) return [];
  const { json, place, key, secret } = auth;
  if (/names no header/.test(context.issue.message)) {
    const edits = json.set([...place, 'name'], 'X-Api-Key');
    return [{ title: 'Add the header "X-Api-Key"', preferred: true, edits }];
  }
  const edits = json.set([...place, key], secret);
  return [{ title: `Name the secret "${secret}"`, preferred: true, edits }];
};

/** Puts the name of a secret in the place of its value. The value is then in nobody's file: it must go to a vault. */
const referToSecret: Fixer = (context) => {
  const auth = authAt(context);
  const offset = context.issue.range?.offset;
  if (!auth || offset === undefined) return [];
  const { node, key, secret } = auth;
  const property = node.children?.find((one) => one.children?.[1]?.offset === offset);
  if (!property) return [];
  const named = fieldText(node, key);
  const title = `Refer to the secret "${named ?? secret}" of the vault`;
  if (named !== undefined) {
    const plain: unknown = property.children?.[0]?.value;
    return [{ title, preferred: true, edits: auth.json.remove([...auth.place, String(plain)]) }];
  }
  const text = `${JSON.stringify(key)}: ${JSON.stringify(secret)}`;
  return [
    {
      title,
      preferred: true,
      edits: [{ kind: 'text', path: context.path, offset: property.offset, length: property.length, text }],
    },
  ];
};

/** Rules about MCP servers and schedules. */
export const connectionFixers: Record<string, Fixer> = {
  'mcp-missing-name': setField('name', serverName, (name) => `Name the server "${name}"`),
  'mcp-missing-endpoint': setField(
    'url',
    () => 'https://mcp.example.com',
    (url) => `Add the address "${url}"`,
  ),
  'mcp-invalid-endpoint': fullAddress,
  'mcp-missing-secret': nameSecret,
  'mcp-unknown-secret': misspelt,
  'mcp-secret-in-source': referToSecret,
  'schedule-missing-cron': setField(
    'cron',
    () => '0 7 * * 1-5',
    () => 'Run at seven o’clock UTC on working days',
  ),
  'schedule-missing-input': setField(
    'input',
    () => 'Say what there is to do today.',
    () => 'Add a message',
  ),
};
