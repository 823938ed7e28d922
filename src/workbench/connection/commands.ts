import * as vscode from 'vscode';
import { hostedUrl, normalizeBaseUrl } from '../../client';
import { registerCommands } from '../shared/commands';
import { DisposableStore } from '../shared/disposables';
import { PoliteError } from '../shared/errors';
import type { Log } from '../shared/log';
import type { Workspaces } from '../shared/workspaces';
import type { Connection } from './connection';
import { consentToImport, consentToPlainHttp, consentToSuggestion } from './consent';
import { askEnvironment } from './environment-form';
import { findElsewhere } from './import';
import { keyProblem } from './keys';
import { embeddedId, type Profile, serverInfo, urlProblem } from './profile';
import { assertTrusted } from './restricted';

type Choice = vscode.QuickPickItem & { run?: () => Promise<void> };

/** The commands that choose a server: pick, add, import, sign out, restart. */
export class ConnectionCommands implements vscode.Disposable {
  private readonly store = new DisposableStore();

  constructor(
    private readonly connection: Connection,
    private readonly workspaces: Workspaces,
    private readonly log: Log,
  ) {
    this.store.add(
      registerCommands(log, {
        'tavora.connect': () => this.pick(),
        'tavora.addEnvironment': () => this.addEnvironment(),
        'tavora.signOut': () => this.signOut(),
        'tavora.restartRuntime': () => this.restart(),
        'tavora.showLog': () => log.show(),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private async pick(): Promise<void> {
    assertTrusted();
    const items = await this.choices();
    const picked = await vscode.window.showQuickPick(items, {
      title: 'Tavora: which server or environment?',
      placeHolder: 'The runtime on this machine, or another server that speaks the Tavora API',
      matchOnDescription: true,
    });
    await picked?.run?.();
  }

  private async choices(): Promise<Choice[]> {
    const { profiles, keys, state } = this.connection;
    const listed = profiles.list();
    const infos = listed.map((profile) => ({ profile, info: serverInfo(profile, '') }));
    const origins = new Set(infos.map(({ info }) => info.origin));
    const mark = (id: string) => (state.server.id === id ? '$(check) ' : '');
    const servers = await Promise.all(
      infos.map(async ({ profile, info }): Promise<Choice> => {
        const { id, label, origin, project, environment, embedded, production } = info;
        const hasKey = embedded || (await keys.get(origin, project)) !== undefined;
        const words = [
          embedded ? 'on this machine' : origin,
          ...(project ? [`project ${project}`] : []),
          ...(environment ? [`environment ${environment}`] : []),
          ...(production ? ['production'] : []),
        ];
        return {
          label: `${mark(id)}${label}`,
          description: `${words.join(' · ')}${hasKey ? '' : ' (no key yet)'}`,
          run: () => this.use(profile),
        };
      }),
    );
    const suggestions = this.workspaces.projects.flatMap(({ project }): Choice[] => {
      const url = project.apiUrl;
      if (!url || urlProblem(url) !== undefined || origins.has(normalizeBaseUrl(url).origin)) {
        return [];
      }
      const { origin } = normalizeBaseUrl(url);
      return [
        {
          label: origin,
          description: `named by the project ${project.name}`,
          run: async () => {
            await consentToSuggestion(project.name, origin);
            await this.add(url);
          },
        },
      ];
    });
    return [
      {
        label: `${mark(embeddedId)}Embedded runtime`,
        description: 'on this machine, no account needed',
        run: () => this.connect(embeddedId, 'the embedded runtime'),
      },
      ...servers,
      ...suggestions,
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: '$(add) Add Server…', run: () => this.askServer() },
      { label: '$(layers) Add Environment…', run: () => this.addEnvironment() },
      { label: '$(cloud-download) Import from ~/.tavora.yaml or TAVORA_API_KEY…', run: () => this.import() },
      ...(state.server.embedded
        ? [{ label: '$(debug-restart) Restart Embedded Runtime', run: () => this.restart() }]
        : [{ label: `$(sign-out) Remove Key of ${state.server.label}`, run: () => this.signOut() }]),
    ];
  }

  private async askServer(): Promise<void> {
    const url = await vscode.window.showInputBox({
      title: 'Add a Tavora server',
      prompt: 'Address of the server',
      value: hostedUrl,
      ignoreFocusOut: true,
      validateInput: urlProblem,
    });
    if (url === undefined) {
      throw new vscode.CancellationError();
    }
    await this.add(url);
  }

  /** Saves a server under its origin and uses it. */
  private async add(url: string): Promise<void> {
    const { origin } = normalizeBaseUrl(url);
    await this.use({ id: origin, label: new URL(origin).host, url });
  }

  /** Asks for an environment, saves it and works in it. */
  private async addEnvironment(): Promise<void> {
    assertTrusted();
    await this.use(await askEnvironment(this.connection.profiles.list()));
  }

  private async use(profile: Profile): Promise<void> {
    const { id, label, origin, embedded, project } = serverInfo(profile, '');
    if (!embedded) {
      await consentToPlainHttp(origin);
      if ((await this.connection.keys.get(origin, project)) === undefined) {
        await this.askKey(label, origin, project);
      }
    }
    if (!this.connection.profiles.find(id)) {
      await this.connection.profiles.save(profile);
    }
    await this.connect(id, label);
  }

  private async askKey(label: string, origin: string, project: string | undefined): Promise<void> {
    const key = await vscode.window.showInputBox({
      title: `API key for ${label}`,
      prompt: `${project ? `The key of its project ${project}. ` : ''}Kept in the secret storage of the editor and sent to ${origin} only`,
      placeHolder: 'tvr_…',
      password: true,
      ignoreFocusOut: true,
      validateInput: keyProblem,
    });
    if (key === undefined) {
      throw new vscode.CancellationError();
    }
    await this.connection.keys.set(origin, key.trim(), project);
  }

  private async import(): Promise<void> {
    const found = await findElsewhere();
    if (found.length === 0) {
      throw new PoliteError(
        'Neither ~/.tavora.yaml nor TAVORA_API_KEY is there, so there is nothing to import.',
      );
    }
    const picked =
      found.length === 1
        ? found[0]
        : (
            await vscode.window.showQuickPick(
              found.map((one) => ({ label: one.from, description: one.url, one })),
              { placeHolder: 'Which of them?' },
            )
          )?.one;
    if (!picked) {
      throw new vscode.CancellationError();
    }
    const problem = urlProblem(picked.url) ?? keyProblem(picked.apiKey);
    if (problem !== undefined) {
      throw new PoliteError(`${picked.from} cannot be used: ${problem}`);
    }
    const { origin } = normalizeBaseUrl(picked.url);
    await consentToImport(picked.from, origin);
    await consentToPlainHttp(origin);
    await this.connection.keys.set(origin, picked.apiKey.trim());
    await this.add(picked.url);
  }

  /**
   * Chooses a server and shows whether it answers.
   * @param name what it is called in a sentence
   * @throws CancellationError where the person stays for what would break off.
   */
  private async connect(id: string, name: string): Promise<void> {
    await this.connection.leaving.leave({
      what: `Switch to ${name}`,
      doing: `Switching to ${name}`,
      now: 'Switch Now',
      breaks: () => false,
    });
    await this.connection.choose(id);
    const { label } = this.connection.state.server;
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Connecting to ${label}…` },
      () => this.connection.client(),
    );
    this.log.info(`Connected to ${label}.`);
  }

  private async signOut(): Promise<void> {
    const { server } = this.connection.state;
    if (server.embedded) {
      throw new PoliteError('The embedded runtime makes its own key; there is none to remove.');
    }
    const { label, origin, project } = server;
    await this.connection.leaving.leave({
      what: `Remove the key of ${label}`,
      doing: `Removing the key of ${label}`,
      now: 'Remove Now',
      breaks: (held) => held.origin === origin && held.project === project,
    });
    await this.connection.keys.remove(origin, project);
    this.connection.reset();
    this.log.info(`The key for ${origin} was removed from this machine.`);
  }

  private async restart(): Promise<void> {
    assertTrusted();
    if (!this.connection.state.server.embedded) {
      throw new PoliteError(
        `This workspace uses ${this.connection.state.server.label}, not the embedded runtime.`,
      );
    }
    await this.connection.leaving.leave({
      what: 'Restart the embedded runtime',
      doing: 'Restarting the embedded runtime',
      now: 'Restart Now',
      breaks: ({ embedded }) => embedded,
    });
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Restarting the Tavora runtime…' },
      () => this.connection.restartRuntime(),
    );
  }
}
