import type { DebugPoint } from '../../protocol';

/** A call of a function that is under way at a point. */
export interface ActiveCall {
  /** The last point in it, by its place in the list. */
  index: number;
  point: DebugPoint;
}

/**
 * @param points of one session, in their order
 * @param index of the point that is looked at
 * @returns the calls that are under way there, the innermost first.
 */
export function callsAt(points: readonly DebugPoint[], index: number): ActiveCall[] {
  const calls: ActiveCall[] = [];
  let depth = Number.POSITIVE_INFINITY;
  for (let at = index; at >= 0 && depth > 1; at--) {
    const point = points[at];
    // Whatever is deeper than the last one found has ended before it.
    if (point === undefined || point.depth >= depth) continue;
    calls.push({ index: at, point });
    depth = point.depth;
  }
  return calls;
}

/** @returns the names of a call at one of its points, with what is around its function. */
export function namesOf(
  points: readonly DebugPoint[],
  index: number,
): { names: Record<string, unknown>; outer: Record<string, unknown> } {
  const call = points[index]?.call;
  const names = new Map<string, unknown>();
  let outer: Record<string, unknown> = {};
  for (let at = index; at >= 0; at--) {
    const point = points[at];
    if (point?.call !== call) continue;
    for (const [name, value] of Object.entries(point?.values ?? {})) {
      if (!names.has(name)) names.set(name, value);
    }
    if (point?.outer !== undefined) {
      outer = point.outer;
      break;
    }
    // Nothing of a call is said before its first point.
    if (point !== undefined && isBefore(points[at - 1], point)) break;
  }
  return { names: Object.fromEntries([...names].reverse()), outer };
}

/** @returns the run's `data` at a point; undefined when nothing was recorded of it. */
export function dataAt(points: readonly DebugPoint[], index: number): unknown {
  for (let at = index; at >= 0; at--) {
    const data = points[at]?.run_data;
    if (data !== undefined) return data;
  }
  return undefined;
}

/** True when a point lies outside the block of another, so that no call of it can go on there. */
function isBefore(point: DebugPoint | undefined, of: DebugPoint): boolean {
  return point === undefined || (of.depth === 1 && point.depth === 1 && point.file !== of.file);
}
