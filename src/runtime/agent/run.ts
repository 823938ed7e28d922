import { createHash } from 'node:crypto';
import { primitives } from '../../project';
import { type RunEvent, toldResult } from '../../protocol';
import { type Debuggers, RunDebug } from '../debug';
import { Budget, LimitReached, type Limits, type ModelPrices, pricesVariable } from '../limits';
import type { Log } from '../log';
import type { RunServers, ServerTools } from '../mcp';
import type { ModelRouter } from '../models/types';
import type { BlockResult, Sandbox, SandboxPool, SkillCounts } from '../sandbox';
import type { LoadedAgent } from '../source/loaded';
import type { Session, SessionStatus, Store } from '../store';
import { type Asked, askedOf } from './asked';
import { type CallServices, HostCalls } from './calls';
import { rehearsalContext } from './context';
import { type History, type PendingBlock, type RecordedCall, readHistory } from './history';
import { Recorder } from './recorder';
import { parseReply } from './reply';
import type { SessionTools } from './session-tools';
import { RunStopped } from './stopped';
import type { Tape } from './tape';

export interface RunServices extends CallServices {
  store: Store;
  models: ModelRouter;
  sandboxes: SandboxPool;
  limits: Limits;
  prices: ModelPrices;
  debuggers: Debuggers;
  log: Log;
}

export interface RunRequest {
  session: Session;
  /** Narrowed to `tools`. */
  source: LoadedAgent | undefined;
  /** What the session is limited to. */
  tools: SessionTools | undefined;
  systemPrompt: string;
  /** As the agent or the client names it; the router knows what answers for it. */
  model: string;
  /** What the person says; undefined goes on from where the session's steps end. */
  message: string | undefined;
  /** An earlier run that answers what it was asked the same; undefined asks everything live. */
  tape?: Tape;
  /** The agent's MCP servers; the run leaves them at its end. */
  servers: RunServers;
  /** What they offer. */
  offered: readonly ServerTools[];
  signal: AbortSignal;
  emit(event: RunEvent): void;
  /** Told the index of the run's first step before it is kept. */
  began(first: number): void;
  /** Has skills count what they run, and is told after each block. */
  counted?(counts: readonly SkillCounts[]): void;
}

/** One run of a session: from a message to the answer, an error, or the moment it is stopped. */
export class Run {
  readonly #services: RunServices;
  readonly #request: RunRequest;
  readonly #budget: Budget;
  readonly #started = performance.now();
  readonly #debug: RunDebug;
  #history: History = { messages: [], data: {}, settled: true };
  #recorder: Recorder;
  #sandbox: Sandbox | undefined;
  #calls: HostCalls | undefined;
  readonly #promptHash: string;
  /** A step of the session has the text of this run's prompt. */
  #keepsPrompt = false;
  /** Index of the step whose block runs. */
  #block = 0;

  constructor(services: RunServices, request: RunRequest) {
    this.#services = services;
    this.#request = request;
    this.#promptHash = createHash('sha256').update(request.systemPrompt).digest('hex');
    this.#recorder = new Recorder(services.store, request.session.id, 0, request.emit);
    const { limits, prices, log } = services;
    this.#debug = new RunDebug(services, request.session.id, request.signal);
    this.#budget = new Budget(limits, prices, (model) => {
      log.info(`${model} has no price in ${pricesVariable}: what its runs cost is not limited`);
    });
  }

  /** Runs to the end. Never rejects for what goes wrong in the run: that becomes its `error` event. */
  async execute(): Promise<void> {
    const { signal, session } = this.#request;
    try {
      await this.#begin();
      await this.#loop();
      // Another run may have its worker while the last of this one goes to the disk.
      this.#sandbox?.close();
      await this.#end('completed');
      await this.#services.store.settle();
      this.#request.emit({
        type: 'done',
        summary: { session_id: session.id, steps: this.#recorder.count, ...this.#bill() },
        tokens: this.#budget.tokens,
      });
    } catch (error) {
      if (signal.aborted) {
        await this.#stopped(signal.reason);
        return;
      }
      const message = error instanceof Error ? error.message : String(error);
      const toolArgs = error instanceof LimitReached ? { limit: error.limit } : undefined;
      const step = await this.#recorder.keep({ type: 'error', content: message, toolArgs });
      await this.#debug.reached(step);
      await this.#end('error');
      this.#recorder.send(step);
    } finally {
      // Nobody waits for the goodbyes: the run is over.
      void this.#request.servers.close();
      this.#sandbox?.close();
    }
  }

  async #begin(): Promise<void> {
    const { session, message, source, model } = this.#request;
    const { store, models } = this.#services;
    const steps = await store.steps.list(session.id);
    this.#request.began(steps.length);
    this.#recorder = new Recorder(store, session.id, steps.length, this.#request.emit, this.#debug);
    this.#history = readHistory(steps);
    this.#keepsPrompt = steps.some(
      ({ tool_args: args }) => args?.prompt_hash === this.#promptHash && args.system_prompt !== undefined,
    );
    await this.#debug.run('started');
    if (message === undefined) return;
    const step = await this.#recorder.keep({
      type: 'message',
      content: message,
      toolArgs: { source_hash: source?.sourceHash ?? null, model: models.resolve(model).id },
    });
    this.#history = readHistory([...steps, step]);
    await this.#debug.reached(step);
  }

  async #loop(): Promise<void> {
    const { pending } = this.#history;
    if (pending) await this.#runBlock(pending);
    for (;;) {
      this.#budget.step();
      const started = performance.now();
      const { text, usage, from, asked } = await this.#ask();
      const origin = { ...(from === undefined ? asked : { recorded_from: from }), ...this.#prompt() };
      const reply = parseReply(text);
      const spent = {
        durationMs: performance.now() - started,
        promptTokens: usage.prompt,
        completionTokens: usage.completion,
      };
      if (reply.source === undefined) {
        if (!reply.text) throw new Error('The model gave an empty answer.');
        await this.#recorder.record({
          type: 'response',
          content: reply.text,
          toolArgs: origin,
          ...spent,
        });
        return;
      }
      if (reply.text) {
        await this.#recorder.record({
          type: 'sandbox_event',
          content: reply.text,
          toolArgs: { kind: 'text', summary: reply.text },
        });
      }
      const { step_index: step } = await this.#recorder.record({
        type: 'execute_js',
        content: reply.source,
        toolArgs: { reply: reply.kept, ...origin },
        ...spent,
      });
      this.#history.messages.push({ role: 'assistant', content: reply.kept });
      await this.#runBlock({ source: reply.source, calls: [], step });
    }
  }

  /** What the model was asked under, for the step that has its answer. A session has the text of each prompt once. */
  #prompt(): { prompt_hash: string; system_prompt?: string } {
    const text = this.#keepsPrompt ? {} : { system_prompt: this.#request.systemPrompt };
    this.#keepsPrompt = true;
    return { prompt_hash: this.#promptHash, ...text };
  }

  /** @returns what the model says, with the step of the earlier run where it said so already. */
  async #ask(): Promise<{
    text: string;
    usage: { prompt: number; completion: number };
    from?: number;
    asked?: Asked;
  }> {
    const { model, systemPrompt, source, signal, tape } = this.#request;
    let text = '';
    const usage = { prompt: 0, completion: 0 };
    const { id } = this.#services.models.resolve(model);
    const taped = tape?.reply({
      system: systemPrompt,
      model: id,
      messages: this.#history.messages,
    });
    if (taped) return { text: taped.text, usage, from: taped.step };
    const stream = this.#services.models.stream({
      model,
      system: systemPrompt,
      messages: this.#history.messages,
      context: rehearsalContext(source),
      signal,
    });
    for await (const chunk of stream) {
      signal.throwIfAborted();
      if (chunk.type === 'text') text += chunk.text;
      else {
        usage.prompt += chunk.prompt;
        usage.completion += chunk.completion;
      }
    }
    signal.throwIfAborted();
    const cost = this.#budget.spend(id, usage.prompt, usage.completion);
    return { text, usage, asked: askedOf(id, cost) };
  }

  async #runBlock({ source, calls, step }: PendingBlock): Promise<void> {
    const { signal } = this.#request;
    this.#calls = this.#hostCalls(calls);
    this.#block = step;
    this.#sandbox ??= await this.#openSandbox();
    const result = await this.#sandbox.run(source, signal);
    this.#request.counted?.(result.counts);
    signal.throwIfAborted();
    const changed = Object.keys(result.changed).length > 0;
    await this.#recorder.record({
      type: 'execute_js_result',
      content: result.formatted,
      toolArgs: resultArgs(result, changed),
      durationMs: result.durationMs,
    });
    if (changed) {
      const names = Object.keys(result.changed).join(', ');
      await this.#recorder.record({ type: 'data_update', content: names, toolArgs: result.changed });
    }
    this.#history.messages.push({ role: 'tool', content: toldResult(result.formatted) });
  }

  #hostCalls(recorded: readonly RecordedCall[]): HostCalls {
    const { session, source, tools, model, servers } = this.#request;
    return new HostCalls(
      this.#services,
      {
        session,
        agent: source?.agent,
        tools,
        servers,
        model,
        recorder: this.#recorder,
        setStatus: (status) => this.#services.store.sessions.setStatus(session.id, status),
        budget: this.#budget,
      },
      recorded,
      this.#request.tape,
    );
  }

  #openSandbox(): Promise<Sandbox> {
    const { source } = this.#request;
    const skills = (source?.agent.skills ?? [])
      .filter((skill) => skill.kind === 'module')
      .map(({ name, path }) => ({ name, path, source: source?.text(path) ?? '' }));
    return this.#services.sandboxes.open({
      skills,
      coverage: this.#request.counted !== undefined,
      debug: () => {
        const replan = () => this.#sandbox?.replan();
        return this.#debug.block(this.#block, () => this.#recorder.count, skills, replan);
      },
      mcp: this.#request.offered.map(({ server, tools }) => ({
        name: server,
        ...(tools ? { tools: tools.map(({ name }) => name) } : {}),
      })),
      data: this.#history.data,
      // All of them: one that the agent may not use says so when it is called, instead of being unknown.
      primitives: primitives.map(({ name }) => name),
      call: async (name, args, signal, from) => {
        if (!this.#calls) throw new Error(`The sandbox called "${name}" while no block was running.`);
        return this.#calls.call(name, args, signal, from);
      },
    });
  }

  /** A stopped run has no step that says so: its session's status does, and this last event. */
  async #stopped(reason: unknown): Promise<void> {
    if (!(reason instanceof RunStopped)) throw reason;
    await this.#end(reason.status);
    this.#request.emit({ type: 'error', content: reason.message });
  }

  /** What the run has spent; the cost only where it is known and not nothing. */
  #bill(): { tokens: { prompt: number; completion: number }; cost?: number } {
    const { tokens, cost } = this.#budget;
    return { tokens, ...(cost ? { cost } : {}) };
  }

  async #end(status: SessionStatus): Promise<void> {
    const { prompt, completion } = this.#budget.tokens;
    await this.#services.store.sessions.finish(this.#request.session.id, status, {
      promptTokens: prompt,
      completionTokens: completion,
      durationMs: Math.round(performance.now() - this.#started),
    });
    await this.#debug.run(status);
  }
}

/** What a trace shows of a block's outcome, and what a replay needs of it. */
function resultArgs(result: BlockResult, changed: boolean): Record<string, unknown> {
  return {
    ok: result.ok,
    result: result.value ?? null,
    ...(result.error ? { error: result.error } : {}),
    ...(result.logs.length > 0 ? { logs: result.logs } : {}),
    ...(changed ? { data: result.data } : {}),
  };
}
