import * as vscode from 'vscode';
import { normalizeBaseUrl, TavoraClient } from '../../client';
import { DisposableStore } from '../shared/disposables';
import { PoliteError, sentence } from '../shared/errors';
import type { Log } from '../shared/log';
import { Clients, type Endpoint } from './clients';
import { Keys } from './keys';
import { Leaving } from './leaving';
import { embeddedId, isSamePlace, type Profile, serverInfo } from './profile';
import { Profiles } from './profiles';
import { assertTrusted } from './restricted';
import { type RuntimeSettings, runtimeSection, runtimeSettings } from './runtime-settings';
import type { ConnectionState, ServerInfo } from './state';
import { SupervisedRuntime } from './supervised';
import { VaultKey } from './vault-key';

/** Work on a server, with the client that it began with. */
export interface Begun {
  server: ServerInfo;
  client: TavoraClient;
}

/**
 * Which server the workspace talks to, and the way to it. The embedded runtime unless a person chose another;
 * it is started by the first request.
 */
export class Connection implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<ConnectionState>());
  private readonly clients: Clients;
  private readonly runtime: SupervisedRuntime;
  private current: ConnectionState;
  private verified: Promise<Endpoint> | undefined;
  /** Counts the choices, so that the late answer of an earlier one says nothing of the present one. */
  private choice = 0;
  /** The chosen profile as it was written when it was chosen. */
  private chosen: Profile | undefined;

  readonly onDidChange = this.changed.event;
  readonly profiles: Profiles;
  readonly keys: Keys;
  /** Who is to be asked before the chosen server is left. */
  readonly leaving: Leaving;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: Log,
  ) {
    this.profiles = new Profiles(context.workspaceState, log);
    this.keys = new Keys(context.secrets);
    this.leaving = new Leaving(log);
    this.clients = this.store.add(new Clients(this.userAgent, log));
    this.chosen = this.profiles.selected();
    this.current = { kind: 'idle', server: serverInfo(this.profiles.selected(), '') };
    const dataFolder = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'runtime').fsPath;
    const vaultKey = new VaultKey(context.secrets, dataFolder);
    this.runtime = this.store.add(
      new SupervisedRuntime({
        file: context.asAbsolutePath('dist/runtime.js'),
        dataFolder,
        vaultKey: () => vaultKey.get(),
        settings: () => this.runtimeSettings(),
        log,
        onDown: (message, restarting) => this.runtimeDown(message, restarting),
        restart: () => this.client().then(() => undefined),
      }),
    );
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('tavora.servers')) {
          void this.entryChanged();
        }
        if (event.affectsConfiguration(runtimeSection)) {
          this.runtime.settingsChanged();
        }
      }),
    );
    // What was refused in Restricted Mode may be asked again.
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.reset()));
    this.profiles.tellMissing();
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** Process id of the embedded runtime, while it runs. */
  get runtimePid(): number | undefined {
    return this.runtime.pid;
  }

  /**
   * A client of the chosen server, checked once to answer; starts the embedded runtime on demand.
   * @param source the folder that a sync comes from, sent as `X-Tavora-Source`.
   * @throws PoliteError in Restricted Mode, without a key, or when the server cannot be reached or refuses.
   */
  async client(signal?: AbortSignal, source?: string): Promise<TavoraClient> {
    assertTrusted();
    signal?.throwIfAborted();
    return this.clients.at(await abortable(this.endpoint(), signal), source);
  }

  /**
   * A client of any server or environment of the person's, whichever is chosen: to compare two of them.
   * @param id `embedded` or a profile's id. Throws as `client` does, and for an id that is not there.
   */
  async clientOf(id: string, signal?: AbortSignal, source?: string): Promise<TavoraClient> {
    if (id === this.current.server.id) return await this.client(signal, source);
    assertTrusted();
    signal?.throwIfAborted();
    const profile = this.profiles.find(id);
    if (!profile && id !== embeddedId) {
      throw new PoliteError(`There is no server "${id}" in the setting tavora.servers any more.`);
    }
    return this.clients.at(await abortable(this.open(profile), signal), source);
  }

  /**
   * The client for work that is being finished where it began, wherever its entry in the settings leads by now. Only the
   * embedded runtime may have been started anew, at another address. Throws as `client` does.
   */
  async clientFor(
    { server, client }: Begun,
    signal: AbortSignal | undefined,
    source: string,
  ): Promise<TavoraClient> {
    return server.embedded ? await this.clientOf(embeddedId, signal, source) : client;
  }

  /** Every server and environment that can be chosen, the embedded runtime first. */
  get servers(): ServerInfo[] {
    return [undefined, ...this.profiles.list()].map((profile) => serverInfo(profile, ''));
  }

  /**
   * Does work that is to be finished where it began, whichever server is chosen meanwhile: its client stays open, and
   * the embedded runtime is not stopped before. `Leaving.holding` has a person asked where that server itself goes.
   */
  async finishing<T>({ server, client }: Begun, work: () => Promise<T>): Promise<T> {
    const finish = () => this.clients.during(client, work);
    return server.embedded ? await this.runtime.during(finish) : await finish();
  }

  /** Uses another server from now on, in this workspace. @param id `embedded` or a profile's id. */
  async choose(id: string): Promise<void> {
    await this.profiles.select(id);
    this.reset();
    if (!this.current.server.embedded) {
      await this.runtime.leave();
    }
  }

  /** Stops the embedded runtime and starts it anew. */
  async restartRuntime(): Promise<void> {
    assertTrusted();
    await this.runtime.stop();
    this.runtime.forgive();
    this.reset();
    await this.client();
  }

  /** Forgets what is known of the server's answer, so that the next request asks again. */
  reset(): void {
    this.choice += 1;
    this.chosen = this.profiles.selected();
    this.verified = undefined;
    this.clients.drop();
    const server = serverInfo(this.profiles.selected(), '');
    if (server.embedded) {
      this.runtime.stay();
    }
    this.set({ kind: 'idle', server });
  }

  /** Stops the embedded runtime; settles when it is gone. */
  async stop(): Promise<void> {
    await this.runtime.stop();
  }

  dispose(): void {
    this.store.dispose();
  }

  private endpoint(): Promise<Endpoint> {
    if (this.verified) {
      return this.verified;
    }
    const profile = this.profiles.selected();
    const choice = this.choice;
    const tell = (kind: ConnectionState['kind'], origin = '', message?: string) => {
      if (choice === this.choice) {
        // Its entry may be called otherwise by now.
        const server = serverInfo(this.profiles.selected(), origin);
        this.set({ kind, server, ...(message ? { message } : {}) });
      }
    };
    tell('starting');
    const attempt = this.open(profile);
    this.verified = attempt;
    attempt.then(
      ({ baseUrl }) => tell('connected', normalizeBaseUrl(baseUrl).origin),
      (error) => {
        if (choice === this.choice) {
          this.verified = undefined;
        }
        tell('failed', '', sentence(error));
      },
    );
    return attempt;
  }

  private open(profile: Profile | undefined): Promise<Endpoint> {
    return profile && profile.url !== embeddedId ? this.openProfile(profile) : this.openRuntime();
  }

  private async openRuntime(): Promise<Endpoint> {
    const { url, apiKey } = await this.runtime.start();
    return { baseUrl: url, apiKey };
  }

  private async openProfile(profile: Profile): Promise<Endpoint> {
    const { label, origin, project } = serverInfo(profile, '');
    const apiKey = await this.keys.get(origin, project);
    if (apiKey === undefined) {
      throw new PoliteError(`There is no API key for ${label} (${origin}) on this machine.`, [
        { label: 'Connect…', run: () => vscode.commands.executeCommand('tavora.connect') },
      ]);
    }
    const client = new TavoraClient({ baseUrl: profile.url, apiKey, userAgent: this.userAgent });
    try {
      await client.project();
    } finally {
      await client.close();
    }
    return { baseUrl: profile.url, apiKey };
  }

  /** Only what this window uses: another entry, or another label, must not cut off a run that is under way. */
  private async entryChanged(): Promise<void> {
    const profile = this.profiles.selected();
    const { chosen, choice } = this;
    const { server } = this.current;
    this.chosen = profile;
    if (isSamePlace(profile, chosen)) {
      const now = serverInfo(profile, server.embedded ? server.origin : '');
      if (JSON.stringify(now) !== JSON.stringify(server)) this.set({ ...this.current, server: now });
      return;
    }
    const how = this.profiles.find(server.id) ? 'changed in' : 'taken out of';
    await this.leaving.gone(`${server.label} was ${how} the setting tavora.servers`);
    // Another may have been chosen meanwhile.
    if (choice === this.choice) this.reset();
    this.profiles.tellMissing();
  }

  private runtimeDown(message: string, restarting: boolean): void {
    const server = serverInfo(this.profiles.selected(), '');
    if (!server.embedded) {
      // It was asked beside the chosen server, whose state is another matter.
      this.log.warn(message);
      return;
    }
    this.choice += 1;
    this.verified = undefined;
    this.clients.drop();
    this.set({ kind: restarting ? 'starting' : 'failed', server, message });
  }

  private set(state: ConnectionState): void {
    if (this.store.disposed) {
      return;
    }
    this.current = state;
    this.changed.fire(state);
  }

  private runtimeSettings(): RuntimeSettings {
    const settings = vscode.workspace.getConfiguration();
    const { properties } = this.context.extension.packageJSON.contributes.configuration;
    const names = Object.keys(properties).filter((name) => name.startsWith(`${runtimeSection}.`));
    const values = Object.fromEntries(names.map((name) => [name, settings.get(name)]));
    return runtimeSettings(values, settings.get('tavora.modelPrices'));
  }

  private get userAgent(): string {
    return `tavora-vscode/${String(this.context.extension.packageJSON.version)}`;
  }
}

/** Stops waiting when the signal aborts; what is waited for goes on for the others who wait. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) {
    return promise;
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
