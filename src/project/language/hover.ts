import { capabilities } from '../capabilities';
import type { McpServer } from '../types';
import { callText, codeBlock, describeSkill, paragraphs, parameterList, plain } from './describe';
import type { LanguageIndex, Occurrence } from './index/language-index';
import { primitivesOf } from './index/lookup';
import type { LanguageSymbol } from './index/symbol';
import { primitiveCall } from './primitive-calls';
import { toolCallable } from './tools';
import type { Hover, ServerKnowledge } from './types';

/** More names than these are counted, not listed. */
const mostListed = 12;

/** What a service that types the code says of it as well. */
const typedKinds: ReadonlySet<string> = new Set(['primitive', 'export']);

/**
 * @param typed true where the editor's own service types the code: what it says is then left to it.
 * @returns what there is to say of the name at a place; undefined where nothing is known of it.
 */
export function findHover(
  index: LanguageIndex,
  path: string,
  offset: number,
  server: ServerKnowledge = {},
  typed = false,
): Hover | undefined {
  const found = index.at(path, offset);
  if (typed && found?.symbols.every((one) => typedKinds.has(one.kind))) return undefined;
  const place = found && index.place(path, found.fact.whole);
  const markdown = found ? hoverText(index, found, server) : '';
  return place && markdown ? { range: place.range, markdown } : undefined;
}

function hoverText(
  index: LanguageIndex,
  { path, fact, symbols }: Occurrence,
  server: ServerKnowledge,
): string {
  const { meaning } = fact;
  if (meaning.kind === 'variable') return variableText(index, path, meaning.name);
  if (meaning.kind === 'agent') return '';
  if (symbols.length > 1) return listText(symbols);
  const [symbol] = symbols;
  return symbol ? symbolText(index, symbol, path, server) : '';
}

function symbolText(
  index: LanguageIndex,
  symbol: LanguageSymbol,
  path: string,
  server: ServerKnowledge,
): string {
  switch (symbol.kind) {
    case 'skill': {
      const users = index.uses.having(symbol.skill).map((agent) => agent.name);
      const used = users.length > 0 ? `Skill of ${listed(users)}.` : 'No agent has this skill.';
      return paragraphs(describeSkill(index.skill(symbol.skill)), used);
    }
    case 'export': {
      const skill = index.skill(symbol.skill);
      const found = skill.info?.functions.find((one) => one.name === symbol.name);
      const callee = `require('${skill.name}').${symbol.name}`;
      return found
        ? paragraphs(
            codeBlock(callText(callee, found)),
            plain(found.description),
            parameterList(found.params),
          )
        : `\`${callee}\``;
    }
    case 'server':
      return serverText(symbol.server, server);
    case 'tool':
      return toolText(symbol.server, symbol.name, server);
    case 'primitive':
      return primitiveText(index, symbol.name, path);
    case 'capability':
      return capabilityText(index, symbol, path);
    case 'secret':
      return secretText(symbol.name, server);
    case 'index':
      return indexText(symbol.name, server);
    case 'model':
      return modelText(symbol.name, server);
    case 'file':
      return `\`${symbol.path}\``;
    default:
      return '';
  }
}

/** What a pattern means at present. */
function listText(symbols: readonly LanguageSymbol[]): string {
  const names = symbols.slice(0, mostListed).map((one) => {
    const about = one.kind === 'skill' && one.skill.description ? ` — ${plain(one.skill.description)}` : '';
    return `- \`${one.name}\`${about}`;
  });
  const more = symbols.length > mostListed ? [`- and ${symbols.length - mostListed} more`] : [];
  const what = symbols.every((one) => one.kind === 'skill') ? 'skills' : 'files';
  return paragraphs(`${symbols.length} ${what}:`, [...names, ...more].join('\n'));
}

function serverText({ name, url, transport, auth }: McpServer, server: ServerKnowledge): string {
  const tools = server.tools?.get(name);
  const key = auth?.secretRef ? `The secret \`${auth.secretRef}\` of the vault logs in.` : 'No login.';
  const list = (tools ?? [])
    .slice(0, mostListed)
    .map((one) => `- \`${one.name}\` — ${plain(one.description)}`);
  const more = tools && tools.length > mostListed ? [`- and ${tools.length - mostListed} more`] : [];
  return paragraphs(
    `**${plain(name)}** — MCP server`,
    `${plain(url)} (${transport}). ${key}`,
    tools ? (tools.length > 0 ? [...list, ...more].join('\n') : 'It offers no tools.') : '',
  );
}

function toolText(owner: string, name: string, server: ServerKnowledge): string {
  const callee = `require('${owner}').${name}`;
  const tools = server.tools?.get(owner);
  const tool = tools?.find((one) => one.name === name);
  if (!tool) {
    const unknown = tools ? `${owner} offers no tool of this name.` : `A tool of the MCP server ${owner}.`;
    return paragraphs(codeBlock(`${callee}(…)`), plain(unknown));
  }
  const callable = toolCallable(tool);
  return paragraphs(
    codeBlock(callText(callee, callable)),
    plain(tool.description),
    parameterList(callable.params),
  );
}

function primitiveText(index: LanguageIndex, name: string, path: string): string {
  const call = primitiveCall(name);
  const doc = call?.primitive;
  if (!doc) return '';
  const { capability } = doc;
  const lacking = capability
    ? index.uses.of(path).filter((one) => one.declaresCapabilities && !one.capabilities.includes(capability))
    : [];
  const needs = capability ? `Needs the capability \`${capability}\`.` : '';
  const without = lacking.length > 0 ? ` ${listed(lacking.map((one) => one.name))} does not declare it.` : '';
  return paragraphs(
    codeBlock(doc.signature),
    plain(doc.summary),
    `${needs}${without}`,
    codeBlock(doc.example, 'js'),
  );
}

/** What the capability lets skills call, and which do. Its summary stands in the schema, which the editor shows. */
function capabilityText(index: LanguageIndex, symbol: LanguageSymbol, path: string): string {
  const known = capabilities.find((one) => one.name === symbol.name);
  if (!known) return '';
  const gives = primitivesOf(known.standsFor ?? known.name);
  const own = new Set(index.uses.of(path).flatMap((agent) => agent.files));
  const using = [...new Set(index.find(symbol).map((one) => one.path))].filter(
    (one) => one !== path && own.has(one),
  );
  const names = using.flatMap((one) => index.uses.skill(one)?.name ?? []);
  return paragraphs(
    gives.length > 0 ? `Lets skills call ${gives.map((name) => `\`${name}\``).join(', ')}.` : '',
    names.length > 0
      ? `Used by ${listed(names)}.`
      : gives.length > 0
        ? 'No skill of this agent uses it.'
        : '',
  );
}

function secretText(name: string, { label, secrets }: ServerKnowledge): string {
  const where = label ?? 'the connected server';
  const there = secrets
    ? secrets.includes(name)
      ? `It is in the vault of ${plain(where)}.`
      : `The vault of ${plain(where)} has no secret of this name.`
    : 'Its value is kept in the vault of the server, never in a file.';
  return paragraphs(`**${plain(name)}** — secret`, there);
}

function indexText(name: string, { label, indexes }: ServerKnowledge): string {
  const found = indexes?.find((one) => one.name === name);
  const there = found
    ? plain(found.description)
    : indexes
      ? `${plain(label ?? 'The connected server')} has no index of this name.`
      : 'An index of the server.';
  return paragraphs(`**${plain(name)}** — index`, there);
}

function modelText(name: string, { label, models }: ServerKnowledge): string {
  if (name === '') return '';
  if (name === 'local/rehearsal') {
    return 'Works without a network: it follows the agent’s skills by rules, and the same input gives the same answer.';
  }
  if (!models) return '';
  const where = plain(label ?? 'The connected server');
  return models.includes(name)
    ? `${where} offers this model.`
    : `${where} does not name this model among its own.`;
}

/** Where a variable gets its value. The value itself is not shown: it may be a secret. */
function variableText(index: LanguageIndex, path: string, name: string): string {
  const symbol = index
    .occurrences(path)
    .find(
      (one) => one.fact.meaning.kind === 'variable' && one.fact.defines && one.fact.meaning.name === name,
    );
  const head = `**\${${plain(name)}}** — variable`;
  const place = symbol && index.place(path, symbol.fact.whole);
  const where = place
    ? `Has its value from \`env\` in line ${place.range.line} of this file.`
    : 'Has no value in `env` of this file: only the server can give it one.';
  return paragraphs(head, `${where} It is put in on the server, when the agent runs.`);
}

function listed(names: readonly string[]): string {
  const first = names.slice(0, mostListed).map((name) => plain(name));
  const rest = names.length - first.length;
  if (rest > 0) return `${first.join(', ')} and ${rest} more`;
  return first.length < 2 ? first.join('') : `${first.slice(0, -1).join(', ')} and ${first.at(-1)}`;
}
