import type { DebugValue } from '../../protocol';
import { type Tree, toJson } from '../sandbox/tree';

/** @returns plain JSON as a debugger's value. */
export function fromJson(value: unknown): DebugValue {
  if (Array.isArray(value)) return { t: 'list', label: '', items: value.map(fromJson), more: 0 };
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    return { t: 'fields', label: '', keys, items: Object.values(value).map(fromJson), more: 0 };
  }
  return value;
}

/** @returns a debugger's value as plain JSON; undefined for none. */
export function jsonOf(value: DebugValue): unknown {
  return value === undefined ? undefined : toJson(value as Tree);
}
