import type { Connection } from '../../connection';
import { PoliteError } from '../../shared/errors';
import { inParallel } from '../../shared/in-parallel';
import { versionUri } from '../files';
import { sharesSessions } from '../place';
import { askGates, askRuns, type KnownOfAgents } from '../preview/ask-gates';
import type { Deciding } from '../preview/deciding';
import type { RunsOver } from '../preview/gate-cases';
import { type Promotion, sourceOf } from './promotion';

/** How many agents a server is asked about at a time. */
const width = 8;

/**
 * @param connection whose chosen server the studio shows
 * @param known of the receiving environment
 * @returns the evals that decide on a promotion. What is promoted is in no working tree, so only the promotion runs them.
 */
export function decidingOn(
  connection: Pick<Connection, 'state' | 'onDidChange'>,
  promotion: Promotion,
  known: KnownOfAgents,
): Deciding {
  const { to, plan, agents } = promotion;
  const gated = agents.filter(({ gated }) => gated);
  const { label } = to.server;
  return {
    title: `Promotion of ${promotion.only ?? plan.project}`,
    place: label,
    agents: gated,
    gates: (signal) => askGates(to.client, plan, known, signal),
    read: async (signal) => {
      const read = await inParallel(gated, width, async (agent): Promise<[string, RunsOver]> => {
        const serverId = plan.agents.find(({ id }) => id === agent.id)?.serverId;
        const asked = { ...agent, ...(serverId ? { serverId } : {}) };
        return [agent.id, await askRuns(to.client, asked, agent, known, signal)];
      });
      return new Map(read);
    },
    hasTraces: () => sharesSessions(connection.state.server, to.server),
    onDidChange: connection.onDidChange,
    cannotRun: `The promotion runs them on ${label} where they have no verdict yet. The Test Explorer runs those of the working tree.`,
    uri: (id, path) => {
      const mine = sourceOf(promotion, id);
      if (!mine) throw new PoliteError(`${id} is not among what is promoted.`);
      return versionUri(mine.source, mine.which, path);
    },
  };
}
