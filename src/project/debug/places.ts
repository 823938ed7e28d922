import { type Program, parse } from 'acorn';
import { findStops } from './stops';

/** A line and column from 1. */
export interface Place {
  line: number;
  column: number;
}

/** @returns where a script can stop, in order; nothing for one that cannot be read. */
export function stopPlaces(text: string): Place[] {
  let program: Program;
  try {
    program = parse(text, {
      ecmaVersion: 2024,
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
    });
  } catch {
    // What is wrong with it is said where it is written.
    return [];
  }
  return findStops(program, text, '', []).stops.map(({ line, column }) => ({ line, column }));
}
