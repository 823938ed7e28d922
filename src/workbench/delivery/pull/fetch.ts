import type { TavoraClient } from '../../../client';
import { ReceivedError, type ReceivedSource, receiveSource } from '../../../project/merge';
import { PoliteError } from '../../shared/errors';
import type { SourceScope } from '../server-state';

/**
 * What a server has of a project, checked.
 * @param label what the server is called
 * @throws PoliteError when the server has none, does not give it out, or gives what must not be written.
 */
export async function fetchSource(
  client: TavoraClient,
  label: string,
  { project, environment }: SourceScope,
  signal: AbortSignal,
): Promise<ReceivedSource> {
  const exported = await client.source.export(project, { signal, ...(environment ? { environment } : {}) });
  if (!exported) {
    throw new PoliteError(
      `${label} does not give out the source of ${project}: it has none, or it is a server without source-export. What this workspace sent there itself is in the agent's history of versions.`,
    );
  }
  if (exported.agents.length === 0) {
    throw new PoliteError(`${label} has no agents of ${project}, so there is nothing to pull.`);
  }
  try {
    return await receiveSource(exported);
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
