import type { ProjectSettings as WireSettings } from '../../protocol';
import type { Audit } from '../audit';
import { badRequest } from '../http/problem';
import { type AllowedHosts, readHost } from '../net/allowed-hosts';
import type { Store } from '../store';

export interface SettingsServices {
  store: Store;
  audit: Audit;
  projectId: string;
  hosts: AllowedHosts;
}

/** The most hosts that a project may list. */
const mostHosts = 200;

/** What a project is set to; a change counts from the next call on. */
export class ProjectSettings {
  readonly #services: SettingsServices;

  constructor(services: SettingsServices) {
    this.#services = services;
  }

  /** Takes over what the store holds; to be called once, at the start. */
  async load(): Promise<void> {
    const { hosts } = this.#services;
    hosts.setProject((await this.read()).fetch_allow);
  }

  async read(): Promise<WireSettings> {
    const { store, projectId } = this.#services;
    const { fetch_allow } = await store.projects.settings(projectId);
    return { fetch_allow };
  }

  /**
   * Changes what is given.
   * @throws Problem 400 naming what is no host.
   */
  async change(change: Partial<WireSettings>): Promise<WireSettings> {
    const { store, audit, projectId, hosts } = this.#services;
    const { fetch_allow: listed } = change;
    if (listed === undefined) return this.read();
    const allow = readHosts(listed);
    await store.transaction(async (nouns) => {
      await nouns.projects.set(projectId, { fetch_allow: allow });
      const entry = {
        action: 'project.settings',
        subjectType: 'project',
        subjectId: projectId,
        metadata: { fetch_allow: allow },
      };
      await audit.record(entry, nouns);
    });
    hosts.setProject(allow);
    return this.read();
  }
}

function readHosts(listed: readonly string[]): string[] {
  if (listed.length > mostHosts) {
    throw badRequest(`The field "fetch_allow" lists more than ${mostHosts} hosts.`, { field: 'fetch_allow' });
  }
  return listed.map((text, index) => {
    const host = readHost(text);
    if (host !== undefined) return host;
    throw badRequest(
      `${JSON.stringify(text)} is no host: write "api.example.com", "api.example.com:8443", "*.example.com", "*", or one of them after "private:".`,
      { field: `fetch_allow.${index}` },
    );
  });
}
