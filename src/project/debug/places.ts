import { type Program, parse } from 'acorn';
import { findStops, type Stops } from './stops';

/** A line and column from 1. */
export interface Place {
  line: number;
  column: number;
}

/** @returns where a script can stop, in order; nothing for one that cannot be read. */
export function stopPlaces(text: string): Place[] {
  return stopsOf(text)?.stops.map(({ line, column }) => ({ line, column })) ?? [];
}

/** @returns the names of a script's functions, as a call stack has them; nothing for one that cannot be read. */
export function functionsOf(text: string): string[] {
  return (
    stopsOf(text)
      ?.functions.map(({ name }) => name)
      .filter((name) => name !== '') ?? []
  );
}

/** What is wrong with a script that cannot be read is said where it is written. */
function stopsOf(text: string): Stops | undefined {
  let program: Program;
  try {
    program = parse(text, {
      ecmaVersion: 2024,
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
    });
  } catch {
    return undefined;
  }
  return findStops(program, text, '', []);
}
