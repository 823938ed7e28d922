import { isAlike, isObject } from './outcome';

/** A place in a value of JSON at which it became another. */
export interface ValueChange {
  /** As code would name it: `order.lines[3].price`. */
  path: string;
  /** Undefined where there was nothing. */
  before: unknown;
  /** Undefined where nothing is left. */
  after: unknown;
}

/**
 * Where two values of JSON differ, as far down as both go alike. What came into a list, or went from it, is told once:
 * what it moved has not changed.
 */
export function valueChanges(path: string, before: unknown, after: unknown): ValueChange[] {
  if (isAlike(before, after)) {
    return [];
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => valueChanges(path + keyPath(key, path), before[key], after[key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return listChanges(path, before, after);
  }
  return [{ path, before, after }];
}

function listChanges(path: string, before: readonly unknown[], after: readonly unknown[]): ValueChange[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isAlike(before[start], after[start])) {
    start += 1;
  }
  let end = 0;
  while (end < shorter - start && isAlike(before.at(-1 - end), after.at(-1 - end))) {
    end += 1;
  }
  const places = Math.max(before.length, after.length) - end - start;
  return Array.from({ length: places }, (_, index) => start + index).flatMap((index) =>
    valueChanges(
      `${path}[${index}]`,
      index < before.length - end ? before[index] : undefined,
      index < after.length - end ? after[index] : undefined,
    ),
  );
}

function keyPath(key: string, path: string): string {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)) {
    return path === '' ? key : `[${JSON.stringify(key)}]`;
  }
  return path === '' ? key : `.${key}`;
}

/** Characters shown before the first difference of two long texts. */
const lead = 30;

/** Where to begin to show two texts, so that their first difference is seen. */
export function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) {
    at += 1;
  }
  return Math.max(0, at - lead);
}
