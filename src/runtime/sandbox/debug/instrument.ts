import type { Program } from 'acorn';
import { findStops, type Stop, type Stops } from '../../../project';
import { parseScript } from '../compile';
import { Edits } from '../edits';

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
  // Closings first where one part ends and the next begins; among them the inner one first.
  const closings: { offset: number; size: number; text: string }[] = [];
  const openings: { offset: number; text: string }[] = [];
  const close = ({ start, end }: { start: number; end: number }, text: string): void => {
    closings.push({ offset: end, size: end - start, text });
  };
  stops.stops.forEach((stop, index) => {
    const call = atCall(stop, first + index, stops.evaluates);
    if (stop.wrap === 'parens') {
      openings.push({ offset: stop.start, text: `(${call},` });
      // Around its exit, which begins and ends where it does.
      closings.push({ offset: stop.end, size: stop.end - stop.start + 0.5, text: ')' });
    } else if (stop.wrap === 'braces') {
      openings.push({ offset: stop.start, text: `{${call};` });
      close(stop, '}');
    } else {
      openings.push({ offset: stop.start, text: `${call};` });
    }
  });
  for (const { exit, index } of exits.values()) {
    // The keyword moves in front of the call, so that an error in the value is blamed on the statement as before.
    const isArrow = exit.statement === exit.start;
    const keyword = isArrow ? '' : `${exit.kind} `;
    if (!isArrow) edits.overwrite(exit.statement, ' '.repeat(exit.kind.length));
    const id = exit.kind === 'throw' ? -1 : first + index;
    openings.push({ offset: exit.statement, text: `${keyword}${hooks.out}(${id},(` });
    close(exit, '))');
  }
  closings.sort((a, b) => a.offset - b.offset || a.size - b.size);
  for (const { offset, text } of closings) edits.insert(offset, text);
  for (const { offset, text } of openings) edits.insert(offset, text);
  return { code: edits.apply(), edits, stops };
}

/** The call that says where the script is, and how its names are read there: each by code, and all at once. */
function atCall(stop: Stop, id: number, evaluates: boolean): string {
  const evaluate = evaluates ? '$tavoraCode$=>eval($tavoraCode$)' : '0';
  const outer = stop.outer.length > 0 ? `,()=>[${stop.outer.join(',')}]` : '';
  return `${hooks.at}(${id},${evaluate},()=>[${stop.names.join(',')}]${outer})`;
}
