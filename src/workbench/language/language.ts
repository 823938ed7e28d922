import * as vscode from 'vscode';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import type { WorkspaceProject } from '../shared/workspaces';
import { FileMoves } from './file-moves';
import { Indexes } from './indexes';
import { CompletionProvider, completionTriggers, signatureTriggers } from './providers/completion';
import { NavigationProvider } from './providers/navigation';
import { RenameProvider } from './providers/rename';
import { StructureProvider } from './providers/structure';
import { RenameAgent } from './rename-agent';
import { ServerFacts } from './server-facts';

/** The languages of a project's files. */
const languages = ['javascript', 'markdown', 'json', 'jsonc'];
/** Those whose colours and outline the editor does not make better itself. */
const texts = ['markdown', 'json', 'jsonc'];

/** Completion, hover, navigation, rename and structure, for the files of Tavora projects and for no others. */
export class Language implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly indexes: Indexes;
  private readonly completion: CompletionProvider;
  private readonly navigation: NavigationProvider;
  private readonly structure: StructureProvider;
  private readonly rename: RenameProvider;
  private registered: DisposableStore | undefined;
  private folders = '';

  readonly server: ServerFacts;

  constructor(private readonly services: Services) {
    const { workspaces, connection, drafts, log } = services;
    this.indexes = this.store.add(new Indexes(workspaces));
    this.server = this.store.add(new ServerFacts(connection, workspaces, drafts, log));
    const agents = this.store.add(new RenameAgent(services, this.indexes));
    const moves = this.store.add(new FileMoves(this.indexes, workspaces, log));
    this.completion = new CompletionProvider(this.indexes, this.server);
    this.navigation = new NavigationProvider(this.indexes, this.server);
    this.structure = new StructureProvider(this.indexes);
    this.rename = new RenameProvider(this.indexes, agents, moves);
    this.store.add(workspaces.onDidChange(() => this.register()));
    this.register();
  }

  dispose(): void {
    this.registered?.dispose();
    this.store.dispose();
  }

  /** Registers for the folders of the projects that there are. */
  private register(): void {
    const { projects } = this.services.workspaces;
    const folders = projects.map(({ folder }) => folder.toString()).join('\n');
    if (folders === this.folders) return;
    this.folders = folders;
    // The old ones go last, so that a question in between is answered.
    const before = this.registered;
    this.registered = projects.length === 0 ? undefined : this.registerIn(projects);
    before?.dispose();
  }

  private registerIn(projects: readonly WorkspaceProject[]): DisposableStore {
    const registered = new DisposableStore();
    const inProjects = (wanted: readonly string[]): vscode.DocumentFilter[] =>
      projects.flatMap(({ folder }) =>
        wanted.map((language) => ({ language, pattern: new vscode.RelativePattern(folder, '**') })),
      );
    const all = inProjects(languages);
    const { completion, navigation, structure, rename } = this;
    const own = vscode.languages;
    for (const one of [
      own.registerCompletionItemProvider(all, completion, ...completionTriggers),
      own.registerSignatureHelpProvider(inProjects(['javascript']), completion, ...signatureTriggers),
      own.registerDefinitionProvider(all, navigation),
      own.registerReferenceProvider(all, navigation),
      own.registerHoverProvider(all, navigation),
      own.registerDocumentLinkProvider(all, navigation),
      own.registerRenameProvider(all, rename),
      own.registerDocumentSymbolProvider(inProjects(['json', 'jsonc']), structure, { label: 'Tavora' }),
      own.registerWorkspaceSymbolProvider(structure),
      own.registerFoldingRangeProvider(inProjects(['markdown']), structure),
      own.registerDocumentSemanticTokensProvider(inProjects(texts), structure, structure.legend),
      own.registerInlayHintsProvider(inProjects(['json', 'jsonc']), structure),
    ]) {
      registered.add(one);
    }
    return registered;
  }
}
