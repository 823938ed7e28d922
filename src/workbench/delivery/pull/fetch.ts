import { ReceivedError, type ReceivedSource, receiveSource } from '../../../project/merge';
import { PoliteError } from '../../shared/errors';
import { type Remains, rebuildSource } from './rebuild';

/**
 * What a server has of a project, checked; what can be had of it from a server that does not give it out as a whole.
 * @param label what the server is called
 * @throws PoliteError when the server has none, or gives what must not be written.
 */
export async function fetchSource(
  remains: Remains,
  label: string,
  signal: AbortSignal,
): Promise<ReceivedSource> {
  const { client, scope, only } = remains;
  const { project, environment } = scope;
  try {
    const exported = await client.source.export(project, { signal, ...(environment ? { environment } : {}) });
    const source = exported ? await receiveSource(exported) : await rebuildSource(remains, signal);
    if (source.agents.length === 0 && only === undefined) {
      throw new PoliteError(`${label} has no agents of ${project}, so there is nothing to pull.`);
    }
    return source;
  } catch (error) {
    if (error instanceof ReceivedError) {
      throw new PoliteError(
        `Nothing was pulled: what ${label} gives out of ${project} cannot be taken. ${error.message}`,
        [],
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * @returns what could not be had of a source, in a sentence or two; "" when all of it was.
 * @param rest what becomes of what is not known
 */
export function lackingText({ agents }: ReceivedSource, label: string, rest: string): string {
  const parts = agents.filter(({ partial, outdated }) => partial && !outdated).map(({ id }) => id);
  const older = agents.flatMap(({ id, outdated }) => (outdated ? [`${outdated.join(', ')} of ${id}`] : []));
  return [
    parts.length === 0
      ? ''
      : `${label} gives no more of ${parts.join(', ')} than the persona and the skills whose text it has; ${rest}.`,
    older.length === 0
      ? ''
      : `What ${label} has of ${older.join(', ')} is older than what it has of other agents that share it, and not taken.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The part of a source that one agent is made of; all of it without an id. @throws PoliteError for an id that is not in it. */
export function onlyAgent(
  source: ReceivedSource,
  label: string,
  agentId: string | undefined,
): ReceivedSource {
  if (agentId === undefined) {
    return source;
  }
  const agents = source.agents.filter(({ id }) => id === agentId);
  if (agents.length === 0) {
    throw new PoliteError(`${label} has no agent "${agentId}", so there is nothing to pull.`);
  }
  const paths = new Set(agents.flatMap((agent) => agent.paths));
  return { agents, files: new Map([...source.files].filter(([path]) => paths.has(path))) };
}
