import type { Agent } from '../../project';
import type { Issue } from '../../protocol';
import type { Audit } from '../audit';
import type { EvalRuns } from '../evals/runs';
import type { McpServers } from '../mcp';
import type { ModelRouter } from '../models/types';
import type { Clock } from '../schedule/clock';
import type { Scheduler } from '../schedule/scheduler';
import type { Store } from '../store';
import type { LoadedAgents } from './loaded';

/** What the work on source needs. */
export interface SourceServices {
  store: Store;
  audit: Audit;
  loaded: LoadedAgents;
  models: Pick<ModelRouter, 'resolve'>;
  mcp: Pick<McpServers, 'check'>;
  projectId: string;
  evals: EvalRuns;
  schedules: Pick<Scheduler, 'changed'>;
  clock: Clock;
}

/** Says that one agent is written from two folders: the later sync has replaced the earlier one's draft. */
export function twoFoldersIssue(localId: string, before: string, now: string): Issue {
  return {
    code: 'two-folders',
    severity: 'warn',
    message: `The draft of agent "${localId}" came from ${before} and is now that of ${now}.`,
    hint: 'Author an agent from one folder, or give the copy another project name in its tavora.jsonc.',
  };
}

/** Warns of agents whose model this server cannot call as it is set up, or answers for with another. */
export function modelIssues(services: Pick<SourceServices, 'models'>, agents: readonly Agent[]): Issue[] {
  return agents.flatMap(({ model, configPath, ranges }): Issue[] => {
    if (!model) return [];
    const { line, column } = ranges.model ?? {};
    const place = { severity: 'warn' as const, file: configPath, line, column };
    try {
      const { id, fallback } = services.models.resolve(model);
      if (!fallback) return [];
      return [
        {
          ...place,
          code: 'model-fallback',
          message: `${id} answers in place of ${model}, which is not set up here.`,
        },
      ];
    } catch (error) {
      return [
        {
          ...place,
          code: 'model-unavailable',
          message: error instanceof Error ? error.message : String(error),
        },
      ];
    }
  });
}

/** Warns of indexes that agents name and the project does not have: what they search is then less than they say. */
export async function indexIssues(
  { store, projectId }: Pick<SourceServices, 'store' | 'projectId'>,
  agents: readonly Agent[],
): Promise<Issue[]> {
  const known = new Set((await store.indexes.list(projectId)).map(({ name }) => name));
  return agents.flatMap(({ id, indexes, configPath, ranges }) =>
    indexes
      .filter((name) => !known.has(name))
      .map((name) => ({
        code: 'unknown-index',
        severity: 'warn' as const,
        file: configPath,
        line: ranges.indexes?.line,
        column: ranges.indexes?.column,
        message: `Agent "${id}" names the index "${name}", which this project does not have.`,
        hint: 'Create it and add documents, or take its name out of "indexes".',
      })),
  );
}

/** Says that a deployment went out unevaluated, as the agent has nothing to be evaluated by. */
export function noEvalsIssue(localId: string): Issue {
  return {
    code: 'no-evals',
    severity: 'warn',
    message: `Evals are to decide on agent "${localId}", but it has none.`,
    hint: 'Bind eval files under "evals" in its agent.jsonc; until then every draft passes.',
  };
}
