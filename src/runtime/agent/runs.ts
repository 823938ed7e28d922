import type { RunEvent } from '../../protocol';
import { conflict } from '../http/problem';
import type { Log } from '../log';
import type { McpServers, RunServers } from '../mcp';
import type { SkillCounts } from '../sandbox';
import type { LoadedAgent, LoadedAgents } from '../source/loaded';
import type { Session } from '../store';
import { ActiveRun, type Follower } from './active-run';
import { agentPrompt, basePrompt } from './prompt';
import { Run, type RunServices } from './run';
import { sourceOf } from './session-source';
import { readTools } from './session-tools';
import { RunStopped } from './stopped';
import type { Tape } from './tape';

export interface RunsServices extends RunServices {
  loaded: LoadedAgents;
  mcp: McpServers;
  log: Log;
}

export interface StartOptions {
  /** Events to send before the run's own. */
  first?: readonly RunEvent[];
  /** An earlier run to take answers from. */
  tape?: Tape;
  /** What to run in place of the newest source of the session's target, which may change meanwhile. */
  source?: LoadedAgent;
  /** Has skills count what they run, and is told after each block. */
  counted?(counts: readonly SkillCounts[]): void;
}

/** All runs of this process: at most one a session. */
export class Runs {
  readonly #services: RunsServices;
  readonly #active = new Map<string, ActiveRun>();
  #closed = false;

  constructor(services: RunsServices) {
    this.#services = services;
  }

  /**
   * Starts a run. Who started it is the first to follow it.
   * @param message what the person says; undefined goes on from the session's last step.
   * @throws Problem 409 when the session runs already, or its agent has no source to run; ModelError when its
   *   model cannot be called.
   */
  async start(
    session: Session,
    message: string | undefined,
    { first = [], tape, source: given, counted }: StartOptions = {},
  ): Promise<Follower> {
    if (this.#closed) throw conflict('The runtime is shutting down.');
    if (this.#active.has(session.id)) {
      throw conflict('This session is running; wait for its end, or stop it.', { status: session.status });
    }
    const active = new ActiveRun(this.#services.limits.grace);
    // Taken before the first await, so that a second request finds it.
    this.#active.set(session.id, active);
    const starter = active.follow();
    const { signal } = active;
    let servers: RunServers | undefined;
    try {
      const { loaded, missing } = given ? { loaded: given } : await sourceOf(this.#services, session);
      if (missing) throw conflict(missing);
      const tools = readTools(session.tools);
      const source = (loaded && tools?.narrow(loaded)) ?? loaded;
      const model = (session.model_given ? session.model : source?.agent.model) ?? '';
      const { id: resolved } = this.#services.models.resolve(model);
      servers = this.#services.mcp.forRun(source?.agent);
      const listed = await servers.list(signal);
      const offered = tools?.offered(listed) ?? listed;
      const systemPrompt = session.prompt_given
        ? session.system_prompt
        : source
          ? agentPrompt(source, offered, tools)
          : basePrompt(tools);
      await this.#services.store.sessions.begin(session.id, {
        systemPrompt,
        model: resolved,
        title: session.title || titleOf(message),
        metadata: { ...session.metadata, ...(source ? { source_hash: source.sourceHash } : {}) },
      });
      for (const event of first) active.emit(event);
      const emit = (event: RunEvent) => active.emit(event);
      const run = new Run(this.#services, {
        session,
        source,
        tools,
        systemPrompt,
        model,
        message,
        tape,
        servers,
        offered,
        signal,
        emit,
        began: (first) => active.begin(first),
        ...(counted ? { counted } : {}),
      });
      void run
        .execute()
        .catch((error: unknown) => this.#services.log.error(`The run of session ${session.id} broke`, error))
        .finally(() => {
          this.#active.delete(session.id);
          active.end();
        });
    } catch (error) {
      void servers?.close();
      this.#active.delete(session.id);
      active.end();
      throw error instanceof RunStopped ? conflict(error.message) : error;
    }
    return starter;
  }

  /** @returns the run of a session that is under way; undefined when there is none. */
  active(sessionId: string): ActiveRun | undefined {
    return this.#active.get(sessionId);
  }

  /** Stops a session's run, if there is one, and waits until it has put down its end. */
  async stop(sessionId: string): Promise<void> {
    const active = this.#active.get(sessionId);
    active?.abort(new RunStopped('cancelled', 'The run was stopped.'));
    await active?.ended;
  }

  /** Stops all runs and takes no more; their sessions are marked interrupted. */
  async close(): Promise<void> {
    this.#closed = true;
    const active = [...this.#active.values()];
    for (const run of active) run.abort(new RunStopped('interrupted', 'The runtime is shutting down.'));
    await Promise.all(active.map(({ ended }) => ended));
  }
}

/** A session that was given no title is called by its first message. */
function titleOf(message: string | undefined): string {
  const line = (message ?? '').replace(/\s+/g, ' ').trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
