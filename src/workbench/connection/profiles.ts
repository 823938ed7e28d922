import * as vscode from 'vscode';
import type { Log } from '../shared/log';
import { embeddedId, type Profile, readProfiles } from './profile';

/** The servers and environments of the setting `tavora.servers`, and which of them this workspace uses. */
export class Profiles {
  constructor(
    private readonly memory: vscode.Memento,
    private readonly log: Log,
  ) {}

  /** Entries that cannot be read are left out and named in the log. */
  list(): Profile[] {
    const value: unknown = vscode.workspace.getConfiguration('tavora').get('servers', []);
    const { profiles, problems } = readProfiles(value);
    for (const problem of problems) {
      this.log.warn(problem);
    }
    return profiles;
  }

  /** Adds a server, or replaces the one with the same id. */
  async save(profile: Profile): Promise<void> {
    const others = this.list().filter(({ id }) => id !== profile.id);
    await vscode.workspace
      .getConfiguration('tavora')
      .update('servers', [...others, profile], vscode.ConfigurationTarget.Global);
  }

  /** @returns the profile of an id; undefined for the embedded runtime and for one that is not there. */
  find(id: string): Profile | undefined {
    return this.list().find((profile) => profile.id === id);
  }

  /** @returns the profile this workspace uses, or undefined for the embedded runtime. */
  selected(): Profile | undefined {
    return this.find(this.memory.get<string>('tavora.server', embeddedId));
  }

  async select(id: string): Promise<void> {
    await this.memory.update('tavora.server', id);
  }
}
