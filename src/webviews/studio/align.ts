import { diffArrays } from 'diff';
import type { AgentStep } from '../../protocol';
import { objectOf } from '../ui/record';

/** Places of two steps that belong together; one of them is undefined where the other session has no such step. */
export type Pair = readonly [left: number | undefined, right: number | undefined];

/** Most insertions and deletions that are looked for; sessions that differ by more are paired by their places. */
const mostEdits = 2_000;

/**
 * Pairs the steps of two sessions: those that both share by their places, the rest by what kind of thing happened,
 * so that a step more in one of them does not push all that follows out of line.
 * @param shared how many steps at the beginning are the same ones
 */
export function align(left: readonly AgentStep[], right: readonly AgentStep[], shared: number): Pair[] {
  const same = Math.min(shared, left.length, right.length);
  const pairs: Pair[] = Array.from({ length: same }, (_, index) => [index, index]);
  const changes = diffArrays(left.slice(same).map(kindOf), right.slice(same).map(kindOf), {
    maxEditLength: mostEdits,
  });
  let [mine, other] = [same, same];
  if (!changes) {
    const rest = Math.max(left.length, right.length) - same;
    return [
      ...pairs,
      ...Array.from({ length: rest }, (_, index): Pair => {
        const place = same + index;
        return [place < left.length ? place : undefined, place < right.length ? place : undefined];
      }),
    ];
  }
  for (const { added, removed, value } of changes) {
    for (const _ of value) {
      pairs.push([added ? undefined : mine, removed ? undefined : other]);
      mine += added ? 0 : 1;
      other += removed ? 0 : 1;
    }
  }
  return pairs;
}

/** What kind of thing happened: steps of one kind may stand beside each other, however they came out. */
function kindOf({ step_type: type, tool_args: args }: AgentStep): string {
  const { call } = objectOf(args);
  return typeof call === 'string' ? `${type} ${call}` : type;
}
