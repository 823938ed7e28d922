import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { normalizeBaseUrl } from '../../client';
import type { Log } from '../shared/log';
import type { ServerInfo } from './state';

export const embeddedId = 'embedded';

/** A server that a person added. `url` is its origin or its full base. */
export interface Profile {
  id: string;
  label: string;
  url: string;
}

const Stored = z.array(z.object({ id: z.string(), label: z.string(), url: z.string() }));

/** The servers of the setting `tavora.servers`, and which of them this workspace uses. */
export class Profiles {
  constructor(
    private readonly memory: vscode.Memento,
    private readonly log: Log,
  ) {}

  /** Entries that cannot be read are left out and named in the log. */
  list(): Profile[] {
    const value: unknown = vscode.workspace.getConfiguration('tavora').get('servers', []);
    const read = Stored.safeParse(value);
    if (!read.success) {
      this.log.warn(
        'The setting tavora.servers is not a list of {id, label, url}; no server is taken from it.',
      );
      return [];
    }
    return read.data.filter((profile) => {
      const problem = urlProblem(profile.url);
      if (problem !== undefined) {
        this.log.warn(`The server "${profile.label}" of the setting tavora.servers is left out: ${problem}`);
      }
      return problem === undefined;
    });
  }

  /** Adds a server, or replaces the one with the same id. */
  async save(profile: Profile): Promise<void> {
    const others = this.list().filter(({ id }) => id !== profile.id);
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', [...others, profile], vscode.ConfigurationTarget.Global);
  }

  /** @returns the profile this workspace uses, or undefined for the embedded runtime. */
  selected(): Profile | undefined {
    const id = this.memory.get<string>('tavora.server', embeddedId);
    return this.list().find((profile) => profile.id === id);
  }

  async select(id: string): Promise<void> {
    await this.memory.update('tavora.server', id);
  }
}

export function serverInfo(profile: Profile | undefined, embeddedOrigin: string): ServerInfo {
  return profile
    ? { id: profile.id, label: profile.label, origin: normalizeBaseUrl(profile.url).origin, embedded: false }
    : { id: embeddedId, label: 'Embedded runtime', origin: embeddedOrigin, embedded: true };
}

/** @returns what is wrong with a server's address, or undefined. */
export function urlProblem(text: string): string | undefined {
  try {
    normalizeBaseUrl(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** True for an address that stays on this machine, where plain http gives nothing away. */
export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
