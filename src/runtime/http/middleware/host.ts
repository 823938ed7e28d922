import type { MiddlewareHandler } from 'hono';
import { isLoopbackName } from '../loopback';
import { Problem } from '../problem';

export interface HostCheckOptions {
  /** @returns the port that is listened on, undefined before it is known. */
  port(): number | undefined;
  /** Address that the person told the server to listen on, beside the loopback names. */
  host?: string;
}

/**
 * Answers only requests that name this machine and port as their host. A web page can make a browser resolve
 * its own name to 127.0.0.1 (DNS rebinding); the Host header then still carries that name.
 */
export function hostCheck({ port, host: extra }: HostCheckOptions): MiddlewareHandler {
  return async (c, next) => {
    const header = c.req.header('host') ?? '';
    const host = parseHost(header);
    const known = host && (isLoopbackName(host.name) || host.name === extra);
    if (!known || host.port !== (port() ?? host.port)) {
      throw new Problem(403, 'forbidden_host', `The host ${JSON.stringify(header)} is not served here.`);
    }
    await next();
  };
}

function parseHost(header: string): { name: string; port: number } | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i.exec(header);
  return parts?.[1] ? { name: parts[1].toLowerCase(), port: Number(parts[2] ?? 80) } : undefined;
}
