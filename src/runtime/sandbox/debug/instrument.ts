import type { Program } from 'acorn';
import { findStops, type Stop, type Stops } from '../../../project';
import { parseScript } from '../compile';
import { Edits } from '../edits';
import { Layers } from '../layers';

/** A script that tells the debugger where it is. */
export interface Instrumented {
  /** Means the same as the source, in as many lines. */
  code: string;
  edits: Edits;
  stops: Stops;
}

/** Globals of the sandbox that an instrumented script calls; no author's name looks like them. */
export const hooks = { at: '$tavoraAt$', out: '$tavoraOut$' } as const;

/**
 * Puts a call of the debugger in front of every statement, and around every value that a function gives or throws.
 * @param name of the script's own code, for the call stack
 * @param given names that the wrapper of the script gives it
 * @param first number of the script's first stop and exit; the others follow
 * @returns undefined for what cannot be read: the compiler says why.
 */
export function instrument(
  source: string,
  options: { name: string; given: readonly string[]; first: number; block: boolean },
): Instrumented | undefined {
  const { name, given, first, block } = options;
  let program: Program;
  try {
    program = parseScript(source, block);
  } catch {
    return undefined;
  }
  const stops = findStops(program, source, name, given);
  const edits = new Edits(source);
  const exits = new Map(stops.exits.map((exit, index) => [exit.start, { exit, index }]));
  const layers = new Layers();
  stops.stops.forEach((stop, index) => {
    const { start, end, wrap } = stop;
    const call = atCall(stop, first + index, stops.evaluates);
    if (wrap === 'parens') {
      layers.open(start, `(${call},`);
      // Around its exit, which begins and ends where it does.
      layers.close(end, ')', end - start + 0.5);
    } else if (wrap === 'braces') {
      layers.open(start, `{${call};`);
      layers.close(end, '}', end - start);
    } else {
      layers.open(start, `${call};`);
    }
  });
  for (const { exit, index } of exits.values()) {
    // The keyword moves in front of the call, so that an error in the value is blamed on the statement as before.
    const isArrow = exit.statement === exit.start;
    const keyword = isArrow ? '' : `${exit.kind} `;
    if (!isArrow) edits.overwrite(exit.statement, ' '.repeat(exit.kind.length));
    const id = exit.kind === 'throw' ? -1 : first + index;
    layers.open(exit.statement, `${keyword}${hooks.out}(${id},(`);
    layers.close(exit.end, '))', exit.end - exit.start);
  }
  layers.into(edits);
  return { code: edits.apply(), edits, stops };
}

/** The call that says where the script is, and how its names are read there: each by code, and all at once. */
function atCall(stop: Stop, id: number, evaluates: boolean): string {
  const evaluate = evaluates ? '$tavoraCode$=>eval($tavoraCode$)' : '0';
  const outer = stop.outer.length > 0 ? `,()=>[${stop.outer.join(',')}]` : '';
  return `${hooks.at}(${id},${evaluate},()=>[${stop.names.join(',')}]${outer})`;
}
