import assert from 'node:assert/strict';
import type { TavoraClient } from '../../../../src/client';
import type { AgentSession } from '../../../../src/protocol';
import { familyOf } from '../../../../src/workbench/studio/family';

const make = (id: string, parent?: string) =>
  ({
    id,
    title: id,
    status: 'completed',
    created_at: `2026-01-01T00:00:0${id.length}Z`,
    metadata: parent === undefined ? {} : { parent_session_id: parent, from_step: 1 },
  }) as unknown as AgentSession;

const sessions = [make('fork', 'first'), make('other'), make('first')];

/** A server with them, which gives as many at once as it pleases. */
function serving(list: (offset: number) => AgentSession[]): TavoraClient {
  return {
    sessions: { list: async ({ offset = 0 }: { offset?: number }) => list(offset) },
  } as unknown as TavoraClient;
}

describe('the family of a session', () => {
  for (const [what, list] of [
    ['gives one session at once', (offset: number) => sessions.slice(offset, offset + 1)],
    ['gives the same ones whatever is asked for', () => sessions],
  ] as const) {
    it(`is found on a server that ${what}`, async () => {
      const family = await familyOf(serving(list), make('first'));
      assert.deepEqual(
        family.map(({ id, depth }) => [id, depth]),
        [
          ['first', 0],
          ['fork', 1],
        ],
      );
    });
  }
});
