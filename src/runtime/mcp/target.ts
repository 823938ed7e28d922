import { createHash } from 'node:crypto';
import type { McpServer } from '../../project';
import { isLocalName, isNeverCalled } from '../net/addresses';
import type { AllowedHosts } from '../net/allowed-hosts';
import { fillVariables } from '../source/variables';
import { SealedError, type Secrets } from '../vault';
import { McpProblem } from './problem';

/** An MCP server as it is called: with its variables and secrets filled in. */
export interface Target {
  name: string;
  url: URL;
  transport: McpServer['transport'];
  headers: Readonly<Record<string, string>>;
  /** True for a host that must not turn out to be on this machine or in its network. */
  publicOnly: boolean;
  /** The secret that it is called with, for a sentence. */
  secretRef?: string;
  /** Same for servers that are called in the same way; holds no secret. */
  id: string;
  /** @returns a text without the secrets that the server was sent. */
  redact(text: string): string;
}

/** What configs are resolved with. */
export interface TargetSources {
  secrets: Secrets;
  hosts: AllowedHosts;
}

/** A secret shorter than this is no secret, and taking it out would garble any text. */
const shortestSecret = 6;

/**
 * Fills in a server's config: `${VAR}` from the agent's `env`, secrets from the project's vault.
 *
 * The address is the developer's own, so that it may name this machine or a host of its network outright. A name
 * that only turns out to lead there is refused, unless the project's `fetch_allow` has it as `private:<host>`; and what no program
 * should reach through a config, such as a cloud's metadata, is refused always.
 *
 * @throws McpProblem for what is not there or not allowed.
 */
export function resolveTarget(
  server: McpServer,
  env: Readonly<Record<string, string>>,
  { secrets, hosts }: TargetSources,
): Target {
  const { name, transport, auth } = server;
  const url = readUrl(name, substitute(server, server.url, env));
  if (isNeverCalled(url.hostname)) {
    throw new McpProblem(
      'forbidden',
      `The MCP server "${name}" has an address that is never called: ${url.host}.`,
    );
  }
  const headers: Record<string, string> = {};
  const hidden: string[] = [url.password];
  const secretRef = auth?.secretRef && substitute(server, auth.secretRef, env);
  if (auth && secretRef) {
    const value = readSecret(name, secretRef, secrets);
    hidden.push(value);
    if (auth.type === 'header') headers[(auth.name ?? '').toLowerCase()] = value;
    else headers.authorization = `Bearer ${value}`;
  }
  const texts = hidden.filter((text) => text.length >= shortestSecret);
  return {
    name,
    url,
    transport,
    headers,
    publicOnly: !isLocalName(url.hostname) && hosts.permit(url) !== 'anywhere',
    ...(secretRef ? { secretRef } : {}),
    id: createHash('sha256')
      .update(JSON.stringify([url.href, transport, headers]))
      .digest('hex'),
    redact: (text) => texts.reduce((clean, secret) => clean.replaceAll(secret, '…'), text),
  };
}

function substitute({ name }: McpServer, text: string, env: Readonly<Record<string, string>>): string {
  const filled = fillVariables(text, env);
  const missing = /\$\{([^}]*)\}/.exec(filled)?.[1];
  if (missing === undefined) return filled;
  throw new McpProblem(
    'unresolved',
    `The MCP server "${name}" needs the variable ${missing}; set it in "env" of agent.jsonc.`,
  );
}

function readUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new McpProblem(
    'unresolved',
    `The MCP server "${name}" has an address that is not http or https: ${JSON.stringify(text)}.`,
  );
}

function readSecret(server: string, name: string, secrets: Secrets): string {
  let value: string | undefined;
  try {
    value = secrets.read(name)?.trim();
  } catch (error) {
    if (!(error instanceof SealedError)) throw error;
    throw new McpProblem('unresolved', `The MCP server "${server}" cannot be called: ${error.message}`);
  }
  if (value) return value;
  throw new McpProblem(
    'unresolved',
    `The MCP server "${server}" needs the secret "${name}", which the project's vault does not have.`,
  );
}
