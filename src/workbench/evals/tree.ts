import * as vscode from 'vscode';
import { type Agent, CaseLabels, type EvalFile, type RangedIssue, type TextRange } from '../../project';
import { Breather } from '../../project/breather';
import { DisposableStore } from '../shared/disposables';
import { groupBy } from '../shared/group-by';
import type { WorkspaceProject, Workspaces } from '../shared/workspaces';

/** A case as it is run: its file, the agent that binds it, and its item. */
export interface EvalItem {
  project: WorkspaceProject;
  agent: Agent;
  file: EvalFile;
  item: vscode.TestItem;
}

/** What an agent's items were made from. */
interface Drawn {
  agent: Agent;
  problems: string;
}

/** What an item shows beside its name. */
interface Shown {
  at?: TextRange | undefined;
  description?: string | undefined;
  error?: string | undefined;
}

const start = new vscode.Range(0, 0, 0, 0);
/** Problems of a config that say that an eval which it names is not there. */
const bindingCodes = new Set(['missing-eval-file', 'bad-eval-extension', 'invalid-eval-glob']);

/**
 * The items of the Test Explorer: project, agent, folder where an agent has several, case. Many are drawn in turns, so
 * that a key need not wait for them; items that stay are kept, and with them what is selected and open.
 */
export class EvalTree implements vscode.Disposable {
  private readonly store = new DisposableStore();
  /** By item, so that one that is gone takes its agent along. */
  private readonly drawn = new WeakMap<vscode.TestItem, Drawn>();
  private readonly cases = new WeakMap<vscode.TestItem, Omit<EvalItem, 'item'>>();
  private drawing: Promise<void> = Promise.resolve();
  private isDrawing = false;
  /** True when what is being drawn, or was drawn, is not the newest. */
  private isStale = false;

  constructor(
    private readonly controller: vscode.TestController,
    private readonly workspaces: Workspaces,
  ) {
    this.store.add(workspaces.onDidChange(() => this.redraw()));
    this.redraw();
  }

  /** Settles when everything that is known is drawn. */
  async settled(): Promise<void> {
    await this.drawing;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** @returns the cases at and below items, each once, in their order; of everything when left out. */
  casesOf(items?: readonly vscode.TestItem[], without: readonly vscode.TestItem[] = []): EvalItem[] {
    const found = new Map<vscode.TestItem, EvalItem>();
    const left = new Set(without);
    const walk = (item: vscode.TestItem) => {
      if (left.has(item)) return;
      const known = this.cases.get(item);
      if (known) found.set(item, { ...known, item });
      for (const [, child] of item.children) walk(child);
    };
    for (const item of items ?? [...this.controller.items].map(([, one]) => one)) walk(item);
    return [...found.values()];
  }

  /** @returns the item of an agent, or of the case of a file; undefined where there is none. */
  find(project: WorkspaceProject, agentId: string | undefined, path?: string): vscode.TestItem | undefined {
    const root = this.controller.items.get(projectId(project));
    const cases = this.casesOf(root ? [root] : []);
    const case_ = cases.find(
      ({ agent, file }) =>
        (agentId === undefined || agent.id === agentId) && (path === undefined || file.path === path),
    );
    if (!case_ || path !== undefined) return case_?.item;
    return root?.children.get(agentItemId(project, case_.agent));
  }

  private redraw(): void {
    this.isStale = true;
    if (!this.isDrawing) this.drawing = this.drawNewest();
  }

  /** Draws until nothing newer has come meanwhile; what is few is there when this returns. */
  private async drawNewest(): Promise<void> {
    this.isDrawing = true;
    try {
      while (this.isStale && !this.store.disposed) {
        this.isStale = false;
        await this.inTurns(this.draw());
      }
    } finally {
      this.isDrawing = false;
    }
  }

  /** Takes step after step, and ends early when there is something newer to draw. */
  private async inTurns(steps: Iterable<void>): Promise<void> {
    const breather = new Breather();
    for (const _ of steps) {
      if (!breather.isDue) continue;
      await breather.breathe();
      if (this.isStale || this.store.disposed) return;
    }
  }

  /** Draws everything, in steps of a case. */
  private *draw(): Generator<void> {
    const { projects } = this.workspaces;
    const shown = projects.filter(({ project }) => project.agents.some((agent) => isListed(agent)));
    keepOnly(this.controller.items, new Set(shown.map(projectId)));
    for (const project of shown) yield* this.drawProject(project);
  }

  private *drawProject(project: WorkspaceProject): Generator<void> {
    const { name, agents, configPath, issues } = project.project;
    const root = this.ensure(
      this.controller.items,
      projectId(project),
      name || '(no name)',
      project.uri(configPath),
    );
    const listed = agents.filter(isListed);
    keepOnly(root.children, new Set(listed.map((agent) => agentItemId(project, agent))));
    const fatal = groupBy(
      issues.filter(({ severity }) => severity === 'fatal'),
      ({ file }) => file,
    );
    for (const agent of listed) {
      yield;
      yield* this.drawAgent(project, root, agent, fatal);
    }
  }

  private *drawAgent(
    project: WorkspaceProject,
    root: vscode.TestItem,
    agent: Agent,
    fatal: ReadonlyMap<string, RangedIssue[]>,
  ): Generator<void> {
    const own = textOf(fatal.get(agent.configPath)?.filter(({ code }) => bindingCodes.has(code)));
    const id = agentItemId(project, agent);
    const shown = { at: agent.ranges.evals, error: own };
    const item = this.ensure(root.children, id, agent.name, project.uri(agent.configPath), shown);
    const problems = new Map(
      agent.evals.flatMap(({ path }) => {
        const problem = textOf(fatal.get(path));
        return problem === undefined ? [] : [[path, problem] as const];
      }),
    );
    const drawn = { agent, problems: JSON.stringify([own, ...problems]) };
    const before = this.drawn.get(item);
    if (before?.agent === agent && before.problems === drawn.problems) return;
    const folders = groupBy(agent.evals, ({ path }) => path.slice(0, path.lastIndexOf('/')));
    const parents = new Map<string, vscode.TestItem>();
    for (const folder of folders.keys()) {
      // One folder says nothing that the agent does not say.
      const parent =
        folders.size === 1
          ? item
          : this.ensure(item.children, `${id}|${folder}/`, shortFolder(folder, agent), project.uri(folder));
      parents.set(folder, parent);
    }
    const suites = new Set([...parents.values()].filter((one) => one !== item));
    const wanted = new Map<vscode.TestItem, Set<string>>([[item, new Set([...suites].map(({ id }) => id))]]);
    for (const [folder, files] of folders) {
      const parent = parents.get(folder) ?? item;
      const ids = wanted.get(parent) ?? new Set<string>();
      wanted.set(parent, ids);
      for (const file of files) {
        yield;
        ids.add(this.drawCase(project, agent, parent, file, problems.get(file.path)));
      }
    }
    for (const [parent, ids] of wanted) keepOnly(parent.children, ids);
    // Not before the end: what was left in the middle is not drawn.
    this.drawn.set(item, drawn);
    // What was judged was judged of other files.
    if (before && before.agent.sourceHash !== agent.sourceHash) this.controller.invalidateTestResults(item);
  }

  private drawCase(
    project: WorkspaceProject,
    agent: Agent,
    parent: vscode.TestItem,
    file: EvalFile,
    problem: string | undefined,
  ): string {
    const id = `${agentItemId(project, agent)}|${file.path}`;
    const shown = { at: file.range, description: file.description, error: problem };
    const item = this.ensure(
      parent.children,
      id,
      CaseLabels.of(agent).ofFile(file),
      project.uri(file.path),
      shown,
    );
    this.cases.set(item, { project, agent, file });
    return id;
  }

  /**
   * @returns the item of an id, made or brought up to date. Only what differs is set, and of a new item before it is
   * added: each later setting is a message to the window.
   */
  private ensure(
    among: vscode.TestItemCollection,
    id: string,
    label: string,
    uri: vscode.Uri,
    { at, description, error }: Shown = {},
  ): vscode.TestItem {
    const known = among.get(id);
    const item = known ?? this.controller.createTestItem(id, label, uri);
    if (item.label !== label) item.label = label;
    const range = toRange(at);
    if (!item.range?.isEqual(range)) item.range = range;
    if (item.description !== description) item.description = description;
    if (item.error !== error) item.error = error;
    if (!known) among.add(item);
    return item;
  }
}

/** An agent is listed for its cases, and for what is wrong with how it names them. */
function isListed({ evals, ranges }: Agent): boolean {
  return evals.length > 0 || ranges.evals !== undefined;
}

function projectId({ folder }: WorkspaceProject): string {
  return folder.toString();
}

/** Two agents of a broken project may share an id, never a config. */
function agentItemId(project: WorkspaceProject, { configPath }: Agent): string {
  return `${projectId(project)}|${configPath}`;
}

function shortFolder(folder: string, { configPath }: Agent): string {
  const own = configPath.slice(0, configPath.lastIndexOf('/') + 1);
  return folder.startsWith(own) ? folder.slice(own.length) : folder;
}

function textOf(issues: readonly RangedIssue[] = []): string | undefined {
  return issues.length === 0 ? undefined : issues.map(({ message }) => message).join('\n');
}

function keepOnly(items: vscode.TestItemCollection, ids: ReadonlySet<string>): void {
  const gone = [...items].map(([id]) => id).filter((id) => !ids.has(id));
  for (const id of gone) items.delete(id);
}

function toRange(range: TextRange | undefined): vscode.Range {
  return range
    ? new vscode.Range(range.line - 1, range.column - 1, range.endLine - 1, range.endColumn - 1)
    : start;
}
