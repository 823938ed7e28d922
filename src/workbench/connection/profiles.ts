import * as vscode from 'vscode';
import { offer, runCommand } from '../shared/commands';
import { PoliteError, type Remedy } from '../shared/errors';
import type { Log } from '../shared/log';
import { embeddedId, type Profile, readProfiles, withProfile } from './profile';

const openSettings: Remedy = {
  label: 'Open Settings',
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', 'tavora.servers'),
};

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

  /**
   * Adds a server, or replaces the one with the same id.
   * @throws PoliteError when the setting is not a list, which is left as it is then.
   */
  async save(profile: Profile): Promise<void> {
    const settings = vscode.workspace.getConfiguration('tavora');
    const servers = withProfile(settings.inspect('servers')?.globalValue ?? [], profile);
    if (!servers) {
      throw new PoliteError(
        `${profile.label} was not added: the setting tavora.servers is not a list of {id, label, url}. Correct it, then add the server again.`,
        [openSettings],
      );
    }
    await settings.update('servers', servers, vscode.ConfigurationTarget.Global);
  }

  /** @returns the profile of an id; undefined for the embedded runtime and for one that is not there. */
  find(id: string): Profile | undefined {
    return this.list().find((profile) => profile.id === id);
  }

  /** @returns the profile this workspace uses; undefined for the embedded runtime, which stands in for a missing one. */
  selected(): Profile | undefined {
    return this.find(this.chosen);
  }

  /** Says so where the embedded runtime stands in for the server that this workspace uses. */
  tellMissing(): void {
    const { chosen } = this;
    if (chosen !== embeddedId && !this.find(chosen)) {
      const message = `This workspace uses the server "${chosen}", which the setting tavora.servers does not have, or not in a form that can be read. The embedded runtime is used in its place.`;
      this.log.warn(message);
      offer(this.log, vscode.window.showWarningMessage, message, [
        { label: 'Choose Server…', run: () => runCommand('tavora.connect') },
        openSettings,
      ]);
    }
  }

  private get chosen(): string {
    return this.memory.get<string>('tavora.server', embeddedId);
  }

  async select(id: string): Promise<void> {
    await this.memory.update('tavora.server', id);
  }
}
