import type { Listing } from '../../listing';
import { skillFile } from '../../skills/skill-file';
import { snapshotOf } from '../../snapshot';
import { SourceFile } from '../../source-file';
import type { AgentProject, SkillFile } from '../../types';
import type { Fact, FileFacts } from '../facts/fact';
import type { FileRole } from '../facts/read';
import type { Place, Span } from '../types';
import { type AgentView, Uses, viewOf } from './agents';
import { lookup } from './lookup';
import { resolve } from './resolve';
import type { LanguageSymbol } from './symbol';
import { FactTable, keysOf } from './table';
import type { ProjectView } from './view';

/** A name under a cursor, and what it means. */
export interface Occurrence {
  path: string;
  fact: Fact;
  symbols: readonly LanguageSymbol[];
}

/**
 * Every name in a project's files, and what it means. Open files count as they stand in the editor. Only what has
 * changed is read again.
 */
export class LanguageIndex implements ProjectView {
  private readonly table = new FactTable();
  private readonly open = new Map<string, SourceFile>();
  private cachedUses: Uses | undefined;
  private unread: string[] = [];

  constructor(private current: AgentProject) {
    this.unread = this.allPaths();
  }

  get project(): AgentProject {
    return this.current;
  }

  get configPath(): string {
    return this.current.configPath;
  }

  get listing(): Listing {
    return snapshotOf(this.current).listing;
  }

  /** The agents, as their configs stand in the editor. */
  get uses(): Uses {
    this.cachedUses ??= new Uses(this.views());
    return this.cachedUses;
  }

  /** Takes a later reading of the same project. */
  reload(project: AgentProject): void {
    if (project === this.current) return;
    this.current = project;
    this.cachedUses = undefined;
    for (const [path, file] of this.open) if (this.saved(path)?.text === file.text) this.open.delete(path);
    const paths = this.allPaths();
    this.table.keep(new Set(paths));
    this.unread = paths;
  }

  /** Takes the text of an open file, or undefined when it was closed or stands as on disk. */
  edit(path: string, text: string | undefined): void {
    const before = this.open.get(path);
    if (text === undefined || text === this.saved(path)?.text) {
      if (!before) return;
      this.open.delete(path);
    } else {
      if (before?.text === text) return;
      this.open.set(path, new SourceFile(path, Buffer.from(text)));
    }
    this.unread.push(path);
    if (this.role(path) === 'agent') this.cachedUses = undefined;
  }

  /** @returns a file as it stands in the editor, else as it was read. */
  source(path: string): SourceFile | undefined {
    return this.open.get(path) ?? this.saved(path);
  }

  /** @returns undefined for a file that says nothing of the project. */
  role(path: string): FileRole | undefined {
    if (path === this.configPath) return 'project';
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'agent.jsonc' || this.current.agents.some((agent) => agent.configPath === path))
      return 'agent';
    const extension = name.slice(name.lastIndexOf('.'));
    if (extension === '.json') {
      return this.uses.isNamed(path) || /(?:^|\/)evals\/[^/]+$/.test(path) ? 'eval' : undefined;
    }
    if (extension !== '.js' && extension !== '.md') return undefined;
    if (this.uses.of(path).length === 0) return undefined;
    return extension === '.js' ? 'code' : 'prose';
  }

  /** @returns the facts of a file, or undefined when it has none to tell. */
  facts(path: string): FileFacts | undefined {
    const source = this.source(path);
    const role = source && this.role(path);
    return source && role ? this.table.read(source, role) : undefined;
  }

  /** @returns the name at a place and what it means; the innermost where names stand in each other. */
  at(path: string, offset: number): Occurrence | undefined {
    const facts = this.facts(path)?.facts.filter(({ whole }) => touches(whole, offset)) ?? [];
    const found = facts.map((fact) => ({ path, fact, symbols: resolve(this, path, fact) }));
    const known = found.filter((one) => one.symbols.length > 0);
    return (known.length > 0 ? known : found).reduce<Occurrence | undefined>(
      (best, one) => (best && best.fact.whole.length <= one.fact.whole.length ? best : one),
      undefined,
    );
  }

  /** @returns everything in a file that means something, in order. */
  occurrences(path: string): Occurrence[] {
    return (this.facts(path)?.facts ?? []).flatMap((fact) => {
      const symbols = resolve(this, path, fact);
      return symbols.length > 0 ? [{ path, fact, symbols }] : [];
    });
  }

  /** @returns every place that names a symbol, definitions too, in order of path and place. */
  find(symbol: LanguageSymbol): Occurrence[] {
    this.readAll();
    const { keys, paths, alike = [] } = lookup(this, symbol);
    const meant = new Set([symbol.key, ...alike]);
    const wanted = new Set(keys);
    const patterns = new Set(paths);
    const files = new Set([...this.table.using(keys), ...paths]);
    return [...files].sort().flatMap((path) =>
      (this.facts(path)?.facts ?? []).flatMap((fact) => {
        // Most facts of a file are of other names, and need not be understood.
        const may = keysOf(fact).some((key) => wanted.has(key));
        if (!may && !(patterns.has(path) && (fact.meaning.kind === 'file' || keys.length === 0))) return [];
        const symbols = resolve(this, path, fact);
        return symbols.some((one) => meant.has(one.key)) ? [{ path, fact, symbols }] : [];
      }),
    );
  }

  place(path: string, { offset, length }: Span): Place | undefined {
    const lines = this.facts(path)?.lines;
    return lines && { path, range: lines.range(offset, length) };
  }

  /** @returns a skill as its files stand in the editor. */
  skill(skill: SkillFile): SkillFile {
    if (!skill.files.some((path) => this.open.has(path))) return skill;
    return skillFile(skill, (path) => this.source(path));
  }

  /**
   * Reads ahead, so that the first search need not wait.
   * @param milliseconds how long it may take, about.
   * @returns false when everything has been read.
   */
  warm(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    while (this.unread.length > 0) {
      if (performance.now() >= end) return true;
      this.facts(this.unread.pop() ?? '');
    }
    return false;
  }

  private readAll(): void {
    while (this.unread.length > 0) this.facts(this.unread.pop() ?? '');
  }

  private saved(path: string): SourceFile | undefined {
    return snapshotOf(this.current).files.get(path);
  }

  /** Every file that the project has read or that is open. */
  allPaths(): string[] {
    return [...new Set([...snapshotOf(this.current).files.keys(), ...this.open.keys()])];
  }

  private views(): AgentView[] {
    return this.current.agents.map((agent) => {
      const config = this.open.get(agent.configPath);
      return config ? viewOf(config, this.listing, (path) => this.source(path)) : agent;
    });
  }
}

function touches({ offset, length }: Span, at: number): boolean {
  return at >= offset && at <= offset + length;
}
