import * as vscode from 'vscode';
import { assertTrusted } from '../connection';
import type { Archive, Delivery } from '../delivery';
import { changePairs, openChanges, type Side, serverSide, treeSide, type Which, working } from '../delivery';
import type { EvalHistory } from '../evals';
import { offer, registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';
import type { Services } from '../shared/services';
import { askVersionedAgent } from './ask-agent';
import {
  askVersion,
  type ChosenVersion,
  pickVersion,
  readVersion,
  versionName,
  versionsOf,
  versionWords,
} from './choose';
import { VersionHistory, type VersionInfo } from './history';
import type { Restoring } from './restoring';

/** The commands on an agent's deployed versions: read, compare, restore, roll back. */
export class Versions implements vscode.Disposable {
  private readonly store = new DisposableStore();
  readonly history: VersionHistory;
  private made: Promise<Restoring> | undefined;

  constructor(
    private readonly services: Services,
    private readonly archive: Archive,
    private readonly delivery: Pick<Delivery, 'rollBack'>,
    evals: EvalHistory,
  ) {
    const { connection, drafts, log } = services;
    this.history = new VersionHistory(connection, archive, evals);
    this.store.add(drafts.onDidChange(() => this.history.forget()));
    this.store.add(evals.onDidChange(() => this.history.forget()));
    this.store.add(
      registerCommands(log, {
        'tavora.openVersion': (value) => this.open(value),
        'tavora.showVersionChanges': (value) => this.showChanges(value),
        'tavora.compareVersionWithFiles': (value) => this.compareWithFiles(value),
        'tavora.compareVersions': (value, all) => this.compare(value, all),
        'tavora.restoreVersion': async (value) =>
          (await this.restoring()).restore(await this.ask(value, 'Which version’s files?')),
        'tavora.rollBack': async (value) => this.rollBack(value),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Loaded when files are first brought back. One for all, as it knows what is under way. */
  private restoring(): Promise<Restoring> {
    this.made ??= import('./restoring').then(
      ({ Restoring }) => new Restoring(this.services, this.archive, this.delivery),
    );
    return this.made;
  }

  /** Shows all files of a version below each other. */
  private async open(value: unknown): Promise<void> {
    const chosen = await this.ask(value, 'Open which version?');
    const side = await this.side(chosen);
    this.tellParts(chosen, side);
    const pairs = [...side.files.keys()].map((path) => ({ after: side.uri(path) }));
    await openChanges(`${chosen.agentId} ${side.label}`, pairs);
  }

  /** Shows what a version brought, against the one before it. */
  private async showChanges(value: unknown): Promise<void> {
    const chosen = await this.ask(value, 'The changes of which version?');
    const { project, agentId, version } = chosen;
    const versions = await versionsOf(this.services, this.history, project, agentId);
    const earlier = versions[versions.findIndex(({ id }) => id === version.id) + 1];
    if (!earlier) {
      await this.open({ folder: project.folder, agentId, version: { source: chosen.source, info: version } });
      return;
    }
    await this.show(chosen, await this.side({ ...chosen, version: earlier }), await this.side(chosen));
  }

  private async compareWithFiles(value: unknown): Promise<void> {
    const chosen = await this.ask(value, 'Compare which version with the working tree?');
    const { project, agentId } = chosen;
    await this.show(
      chosen,
      await this.side(chosen),
      await treeSide(this.services.snapshots, project, agentId),
    );
  }

  /** @param all the rows that are selected beside the one that was clicked */
  private async compare(value: unknown, all: unknown): Promise<void> {
    const selected = Array.isArray(all)
      ? all.map((one) => readVersion(this.services, one)).filter((one) => one !== undefined)
      : [];
    const [one, two, ...more] = selected;
    if (one && two && more.length === 0 && one.agentId === two.agentId) {
      const [older, newer] = one.version.at <= two.version.at ? [one, two] : [two, one];
      await this.show(newer, await this.side(older), await this.side(newer));
      return;
    }
    const chosen = await this.ask(value, 'Compare which version?');
    const { before, after } = await this.askOther(chosen);
    await this.show(chosen, before, after);
  }

  /** Asks what a version is compared with; the older of two versions stands on the left. */
  private async askOther(chosen: ChosenVersion): Promise<{ before: Side; after: Side }> {
    const { project, agentId, source, version } = chosen;
    const others = (await versionsOf(this.services, this.history, project, agentId)).filter(
      ({ id }) => id !== version.id,
    );
    type Item = vscode.QuickPickItem & { other: VersionInfo | 'files' | 'draft' };
    const items: Item[] = [
      { label: '$(files) Working Tree', description: 'the saved files', other: 'files' },
      { label: '$(cloud) Draft', description: 'what the server has staged', other: 'draft' },
      ...others.map((other) => ({
        label: `$(${other.live ? 'pass-filled' : 'tag'}) ${versionName(other)}`,
        description: versionWords(other),
        other,
      })),
    ];
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder: `Compare ${versionName(version)} with`,
      matchOnDescription: true,
    });
    if (!picked) throw new vscode.CancellationError();
    const mine = await this.side(chosen);
    const { snapshots } = this.services;
    if (picked.other === 'files') return { before: mine, after: await treeSide(snapshots, project, agentId) };
    if (picked.other === 'draft') {
      return { before: mine, after: await serverSide(snapshots, source, { kind: 'draft' }) };
    }
    const theirs = await this.side({ ...chosen, version: picked.other });
    return picked.other.at <= version.at ? { before: theirs, after: mine } : { before: mine, after: theirs };
  }

  private async rollBack(value: unknown): Promise<void> {
    assertTrusted();
    const given = readVersion(this.services, value);
    if (given) {
      await (await this.restoring()).rollBack(given);
      return;
    }
    const { project, agentId } = await askVersionedAgent(this.services, value);
    const versions = await versionsOf(this.services, this.history, project, agentId);
    const earlier = versions.filter(({ live }) => !live);
    if (earlier.length === 0) {
      throw new PoliteError(
        `${agentId} has no version but the one that is live; there is none to go back to.`,
      );
    }
    const version = await pickVersion(earlier, `Roll ${agentId} back to which version?`);
    const source = this.services.snapshots.sourceOf(project, agentId);
    await (await this.restoring()).rollBack({ project, agentId, source, version });
  }

  private ask(value: unknown, placeHolder: string): Promise<ChosenVersion> {
    return askVersion(this.services, this.history, value, placeHolder);
  }

  private async side({ source, version }: ChosenVersion): Promise<Side> {
    const which: Which = { kind: 'version', id: version.id, semver: version.semver };
    return await working(`Reading ${versionName(version)} of ${source.agentId}`, false, ({ signal }) =>
      serverSide(this.services.snapshots, source, which, signal),
    );
  }

  private async show(chosen: ChosenVersion, before: Side, after: Side): Promise<void> {
    this.tellParts(chosen, before, after);
    const pairs = changePairs(before, after);
    if (pairs.length === 0) {
      const message = `${chosen.agentId}: ${before.label} and ${after.label} have the same files.`;
      offer(this.services.log, vscode.window.showInformationMessage, message, []);
      return;
    }
    await openChanges(`${chosen.agentId}: ${before.label} ↔ ${after.label}`, pairs);
  }

  /** Says of which versions the server has only parts. */
  private tellParts({ agentId }: ChosenVersion, ...sides: Side[]): void {
    const parts = sides.filter(({ complete }) => !complete);
    if (parts.length > 0) {
      const { label } = this.services.connection.state.server;
      const which = parts.map((side) => side.label).join(' and ');
      const message = `${label} gives only the persona and what it has of the skills of ${agentId} ${which}; other files are not known here and are left out.`;
      offer(this.services.log, vscode.window.showWarningMessage, message, []);
    }
  }
}
