import type { DebugProtocol } from '@vscode/debugprotocol';
import { stopOnLine, stopPlaces } from '../../project';
import type { AdapterHost } from './host';
import type { Sources } from './sources';

/** What every kind of breakpoint says. */
export interface Condition {
  id: number;
  condition?: string;
  hit?: string;
  log?: string;
}
type LineBreak = Condition & { file: string; line: number; column: number };

/** What is set in one source. */
interface SourceLines {
  source: DebugProtocol.Source;
  /** As points name it. */
  file: string;
  /** What the person sees, where it is no file of the workspace. */
  text: string | undefined;
  wanted: (DebugProtocol.SourceBreakpoint & { id: number })[];
  /** Those that can be stopped at. */
  taken: LineBreak[];
  /** What was last said of each. */
  told: DebugProtocol.Breakpoint[];
}

/** Breakpoints on lines of files, and of texts that ran in their place. */
export class LineBreaks {
  readonly #lines = new Map<string, SourceLines>();

  constructor(
    private readonly host: AdapterHost,
    private readonly nextId: () => number,
  ) {}

  /** Those that can be stopped at. */
  get taken(): LineBreak[] {
    return [...this.#lines.values()].flatMap(({ taken }) => taken);
  }

  /** Takes the breakpoints of one source. @param sources of the session, once there is one */
  set(
    { source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments,
    sources: Sources | undefined,
  ): DebugProtocol.Breakpoint[] {
    const path = source.path ?? '';
    const known = sources?.fileOf(source);
    const file = known?.file ?? this.host.pathOf(path);
    if (file === undefined) {
      const message = 'This file is not one of a Tavora project, so no agent runs it.';
      return breakpoints.map(() => ({ id: this.nextId(), verified: false, message }));
    }
    const set: SourceLines = {
      source,
      file,
      text: source.sourceReference ? known?.text : undefined,
      wanted: breakpoints.map((one) => ({ ...one, id: this.nextId() })),
      taken: [],
      told: [],
    };
    // What was set in a file and what was set in the text that ran in its place are two things.
    this.#lines.set(source.sourceReference ? `ran:${file}` : file, set);
    return this.#place(set, sources);
  }

  /**
   * Looks again at what was set before it was known which texts the session runs.
   * @returns what is to be said of breakpoints now, where it is not what was said.
   */
  recheck(sources: Sources): DebugProtocol.Breakpoint[] {
    return [...this.#lines.values()].flatMap((set) => {
      const before = set.told;
      return this.#place(set, sources).filter((now, at) => {
        const then = before[at];
        return now.verified !== then?.verified || now.line !== then.line || now.message !== then.message;
      });
    });
  }

  #place(set: SourceLines, sources: Sources | undefined): DebugProtocol.Breakpoint[] {
    const { source, file, wanted } = set;
    const seen = set.text ?? this.host.textOf(source.path ?? '');
    const ran = sources?.textOf(file);
    const places = stopPlaces(seen ?? '');
    const other = ran !== undefined && seen !== undefined && ran !== seen;
    set.taken = [];
    set.told = wanted.map(({ id, line, condition, hitCondition, logMessage }): DebugProtocol.Breakpoint => {
      const place = stopOnLine(places, line);
      if (other) {
        const message =
          'The session ran another text of this file. Open it from the call stack to stop there.';
        return { id, verified: false, message };
      }
      if (!place) return { id, verified: false, message: 'Nothing runs on this line or after it.' };
      set.taken.push({
        id,
        file,
        ...place,
        ...(condition ? { condition } : {}),
        ...(hitCondition ? { hit: hitCondition } : {}),
        ...(logMessage ? { log: logMessage } : {}),
      });
      // It is kept all the same: a replay runs its line.
      if (sources?.withoutLines) return { id, verified: false, message: sources.withoutLines };
      return { id, verified: true, line: place.line, column: place.column, source };
    });
    return set.told;
  }
}
