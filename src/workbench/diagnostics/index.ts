import * as vscode from 'vscode';
import { checkOpenFile, levelsOf, type RuleView, serverLevels } from '../../project';
import type { Issue } from '../../protocol';
import { DisposableStore } from '../shared/disposables';
import type { Services } from '../shared/services';
import type { WorkspaceProject } from '../shared/workspaces';
import { merge, remoteInView, toDiagnostic } from './convert';
import { saidByEditor, tabUris } from './editor-json';
import { FoundIssues } from './found';
import { RulesPage } from './rules-page';
import { ServerChecks } from './server-checks';
import { RuleViews } from './views';

export { codeOf } from './convert';

/** The problems of every project in one collection: the rules' at once, the server's when it is quiet. */
export class Diagnostics implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly collection = this.store.add(vscode.languages.createDiagnosticCollection('tavora'));
  private readonly checks: ServerChecks;
  private readonly views: RuleViews;
  private readonly found = new FoundIssues();
  /** What a server said of a file, by the file's address. */
  private readonly remote = new Map<string, Issue[]>();

  constructor(private readonly services: Services) {
    const { workspaces, connection, drafts, log } = services;
    this.checks = this.store.add(new ServerChecks(connection, log));
    this.views = this.store.add(new RuleViews(connection, log));
    this.store.add(this.views.onDidChange(() => this.updateAll()));
    this.store.add(RulesPage.register());
    this.store.add(workspaces.onDidChange(() => this.updateAll()));
    this.store.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.edited(document)));
    this.store.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.checks.cancel(document.uri);
        this.update(document.uri);
      }),
    );
    this.store.add(vscode.workspace.onDidOpenTextDocument((document) => this.update(document.uri)));
    this.store.add(
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        for (const uri of tabUris([...opened, ...closed])) {
          this.update(uri);
        }
      }),
    );
    this.store.add(drafts.onDidReceiveIssues(({ project, issues }) => this.receive(project, issues)));
    this.store.add(
      connection.onDidChange(({ kind }) => {
        if (kind === 'connected') {
          this.askServer();
        } else if (kind === 'idle') {
          // Another server may judge otherwise.
          this.remote.clear();
          this.updateAll();
        }
      }),
    );
    this.updateAll();
  }

  /** Takes a server's findings on a project's saved files, in place of its earlier ones. */
  receive(project: WorkspaceProject, issues: readonly Issue[]): void {
    const before = [...this.remote.keys()].filter((key) => within(project, vscode.Uri.parse(key)));
    for (const key of before) {
      this.remote.delete(key);
    }
    for (const issue of issues) {
      const key = project.uri(issue.file || project.project.configPath).toString();
      this.remote.set(key, [...(this.remote.get(key) ?? []), issue]);
    }
    for (const key of new Set([...before, ...this.remote.keys()])) {
      this.update(vscode.Uri.parse(key));
    }
  }

  /** @returns what beside its files decides which problems of a project are shown. */
  viewOf(project: WorkspaceProject): RuleView {
    return this.views.of(project);
  }

  /** Asks the server at once what it has: its secrets have changed. */
  askServerAgain(): void {
    this.views.ask();
  }

  dispose(): void {
    this.store.dispose();
  }

  private edited(document: vscode.TextDocument): void {
    const found = this.services.workspaces.find(document.uri);
    if (!found) {
      return;
    }
    const key = document.uri.toString();
    // The server spoke of another text; its places no longer fit.
    this.remote.delete(key);
    this.update(document.uri);
    const skill = found.project.project.agents
      .flatMap((agent) => agent.skills)
      .find(({ path, kind }) => path === found.path && kind === 'module');
    if (skill) {
      this.checks.skill(document, skill.name, (issues) => {
        // Asked about one script, a server does not know what its project makes of the rules.
        const levels = serverLevels(levelsOf(found.project.project, this.views.of(found.project)));
        this.remote.set(
          key,
          issues.filter(({ code }) => levels[code] !== 'off'),
        );
        this.update(document.uri);
      });
    }
  }

  private updateAll(): void {
    const { projects } = this.services.workspaces;
    for (const key of this.remote.keys()) {
      if (!this.isSource(vscode.Uri.parse(key))) {
        this.remote.delete(key);
      }
    }
    const wanted = new Set<string>(this.remote.keys());
    for (const project of projects) {
      // A project may have thousands of files; only those with a problem, or open with another text, matter.
      for (const path of this.found.of(project, this.views.of(project)).keys()) {
        wanted.add(project.uri(path).toString());
      }
    }
    for (const document of vscode.workspace.textDocuments) {
      if (document.isDirty) {
        wanted.add(document.uri.toString());
      }
    }
    for (const [uri] of this.collection) {
      wanted.add(uri.toString());
    }
    const uris = [...wanted].map((key) => vscode.Uri.parse(key));
    const entries = uris.map((uri): [vscode.Uri, vscode.Diagnostic[]] => [uri, this.problems(uri)]);
    // The editor is told once, and nothing of files that had and have no problem.
    this.collection.set(entries.filter(([uri, problems]) => problems.length > 0 || this.collection.has(uri)));
    this.askServer();
  }

  /** False for a file that is gone, or that no agent uses any more. */
  private isSource(uri: vscode.Uri): boolean {
    const found = this.services.workspaces.find(uri);
    return found !== undefined && found.project.project.text(found.path) !== undefined;
  }

  private askServer(): void {
    this.views.refresh();
    for (const project of this.services.workspaces.projects) {
      this.checks.project(project, (issues) => this.receive(project, issues));
    }
  }

  private update(uri: vscode.Uri): void {
    const problems = this.problems(uri);
    if (problems.length > 0) {
      this.collection.set(uri, problems);
    } else if (this.collection.has(uri)) {
      this.collection.delete(uri);
    }
  }

  private problems(uri: vscode.Uri): vscode.Diagnostic[] {
    const found = this.services.workspaces.find(uri);
    if (!found) {
      return [];
    }
    const { project, path } = found;
    const key = uri.toString();
    const document = vscode.workspace.textDocuments.find(
      (one) => !one.isClosed && one.uri.toString() === key,
    );
    const view = this.views.of(project);
    const all = document?.isDirty
      ? checkOpenFile(project.project, path, document.getText(), view)
      : (this.found.of(project, view).get(path) ?? []);
    const local = document ? all.filter((issue) => !saidByEditor(document, issue)) : all;
    const remote = remoteInView(this.remote.get(key) ?? [], levelsOf(project.project, view));
    if (local.length === 0 && remote.length === 0) {
      return [];
    }
    const lines = (document?.getText() ?? project.project.text(path) ?? '').split(/\r\n|\r|\n/);
    return merge(
      local.map((issue) => toDiagnostic(issue, lines)),
      remote.map((issue) => toDiagnostic(issue, lines)),
    );
  }
}

function within(project: WorkspaceProject, uri: vscode.Uri): boolean {
  return uri.toString().startsWith(`${project.folder.toString()}/`);
}
