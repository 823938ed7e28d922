import type * as z from 'zod/mini';
import type {
  AgentConfig,
  EvalResult,
  EvalRun,
  Manifest,
  ManifestAgent,
  PendingEval,
  SyncResult,
} from '../../../src/protocol';
import { endedEvalStatuses } from '../../../src/protocol';
import type { ModelRequest } from '../../../src/runtime/models/types';
import { manifestOf, sampleFiles } from '../support/manifest';
import type { Server } from '../support/server';

/** A run as our runtime sends it, before the client's schema reads a `score` of null as 0. */
export interface SentDetail {
  run: EvalRun;
  results: z.input<typeof EvalResult>[];
  pending: PendingEval[];
}

export type Files = Record<string, string>;

/** An eval file of the sample's agent. */
export function evalFile(name: string, content: Record<string, unknown>): Files {
  return { [`agents/support/evals/${name}.json`]: JSON.stringify(content) };
}

/** The sample project whose agent has evals, and what else its config says. */
export function projectWith(evals: Files, config: Record<string, unknown> = {}, more: Files = {}): Files {
  return sampleFiles({
    'agents/support/agent.jsonc': JSON.stringify({
      id: 'support',
      name: 'Support',
      model: 'test/scripted',
      persona: 'persona.md',
      capabilities: ['search', 'require', 'indexes', 'ai', 'fetch'],
      skills: ['skills/*'],
      evals: Object.keys(evals).length > 0 ? ['evals/*.json'] : [],
      ...config,
    }),
    ...evals,
    ...more,
  });
}

/** What a person does with the evals of a server's agents. */
export class EvalBench {
  readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  /** Syncs a project. @returns the id of its first agent. */
  async sync(files: Files, change: Partial<Manifest> = {}): Promise<string> {
    const manifest = { ...(await manifestOf(files)), ...change };
    const { status, body } = await this.server.json<SyncResult>('PUT', '/source-sync', manifest);
    const id = body.agents?.[0]?.agentId;
    if (status !== 200 || !id) throw new Error(`The sync answered ${status}: ${JSON.stringify(body)}`);
    return id;
  }

  config(agentId: string): Promise<AgentConfig> {
    return this.get<AgentConfig>(`/agent-configs/${agentId}`);
  }

  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.server.json<T>('GET', path);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async start(agentId: string, body?: unknown, target = 'draft'): Promise<EvalRun> {
    const path = `/agent-configs/${agentId}/eval-runs?target=${target}`;
    const answer = await this.server.json<{ run: EvalRun }>('POST', path, body);
    if (answer.status !== 201) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.run;
  }

  /** Reads a run until this holds of it. */
  async until(id: string, holds: (detail: SentDetail) => boolean): Promise<SentDetail> {
    for (;;) {
      const detail = await this.get<SentDetail>(`/eval-runs/${id}`);
      if (holds(detail)) return detail;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  ended(id: string): Promise<SentDetail> {
    return this.until(id, ({ run }) => endedEvalStatuses.includes(run.status));
  }

  async run(agentId: string, body?: unknown, target = 'draft'): Promise<SentDetail> {
    return this.ended((await this.start(agentId, body, target)).id);
  }

  /** Lets the scripted model answer every request: the judge's by one reply, the agent's by another. */
  answer(agent: (request: ModelRequest) => string | Promise<string>, judge = judged(9)): void {
    this.server.model.requests.length = 0;
    this.server.model.always(async (request) => (isJudge(request) ? judge : agent(request)));
  }
}

export function isJudge({ system }: ModelRequest): boolean {
  return system.startsWith('You judge the answer');
}

export function judged(score: unknown, reasoning = 'It meets the criteria.'): string {
  return JSON.stringify({ reasoning, score });
}

/** @returns the last thing that a person said. */
export function lastMessage({ messages }: ModelRequest): string {
  return messages.filter(({ role }) => role === 'user').at(-1)?.content ?? '';
}

export function onlyAgent({ agents }: Manifest): ManifestAgent {
  const [agent] = agents;
  if (!agent) throw new Error('The manifest holds no agent.');
  return agent;
}
