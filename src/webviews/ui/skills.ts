import { objectOf } from './record';

/** A place in a skill's file, counted from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Where a result says that its error was thrown, or a call or a question that a skill made it. */
export function placeOf(args: Record<string, unknown>): Place | undefined {
  const { file, line, column } = objectOf(args.error ?? args.called_from);
  return typeof file === 'string' && typeof line === 'number'
    ? { file, line, column: typeof column === 'number' ? column : 1 }
    : undefined;
}

/** A place as a link says it. */
export function placeLabel({ file, line }: Place): string {
  return `Go to ${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}

/** The skills that a block's source names in calls of `require`, each once. */
export function skillsIn(source: string): string[] {
  const names = [...source.matchAll(/\brequire\(\s*(['"`])(?:\.\/)?(?:skills\/)?([^'"`]+)\1\s*\)/g)];
  return [...new Set(names.flatMap(([, , name]) => (name === undefined ? [] : [name])))];
}
