import { type Agent, primitives } from '../../project';
import type { Knowledge, KnowledgeQuery } from '../knowledge';
import type { Budget } from '../limits';
import type { RunServers } from '../mcp';
import type { ModelRouter } from '../models/types';
import type { CallPlace } from '../sandbox';
import { newId, type Session, type SessionStatus } from '../store';
import { type Asked, askedOf } from './asked';
import type { RecordedCall } from './history';
import type { Inputs, Question } from './inputs';
import type { Recorder } from './recorder';
import type { SessionTools } from './session-tools';
import type { Tape, TapedCall } from './tape';
import type { Web } from './web';

export interface CallServices {
  knowledge: Knowledge;
  models: ModelRouter;
  web: Web;
  inputs: Inputs;
}

export interface CallContext {
  session: Pick<Session, 'id' | 'index_ids'>;
  /** Undefined for a session without an agent, which may use everything. */
  agent: Agent | undefined;
  /** What the session is limited to. */
  tools?: SessionTools | undefined;
  servers: Pick<RunServers, 'call'>;
  /** Model of the run, for `ai` that names none. */
  model: string;
  recorder: Pick<Recorder, 'record'>;
  setStatus(status: SessionStatus): Promise<void>;
  /** What `ai` draws on, together with the run's own questions to the model. */
  budget: Pick<Budget, 'check' | 'spend'>;
}

/** What one call leaves in the trace: a line for people, and what it gave. */
interface Outcome {
  value: unknown;
  summary: string;
  promptTokens?: number;
  completionTokens?: number;
  /** The model that was asked, and what it cost. */
  asked?: Asked;
}

/** Answers the primitives of one run. Each call becomes a step that a replay can take its answer from. */
export class HostCalls {
  readonly #services: CallServices;
  readonly #context: CallContext;
  readonly #denied: ReadonlyMap<string, string>;
  readonly #recorded: RecordedCall[];
  readonly #tape: Tape | undefined;

  /**
   * @param recorded answers of an earlier run of the same block, to be given again without calling anything.
   * @param tape a whole earlier run, whose answers are given again and recorded as such.
   */
  constructor(
    services: CallServices,
    context: CallContext,
    recorded: readonly RecordedCall[],
    tape: Tape | undefined,
  ) {
    this.#tape = tape;
    this.#services = services;
    this.#context = context;
    this.#recorded = [...recorded];
    this.#denied = deniedPrimitives(context);
  }

  /** @param from where a skill calls. @throws Error with a sentence for the script: it is thrown inside it. */
  async call(name: string, args: unknown[], signal: AbortSignal, from?: CallPlace): Promise<unknown> {
    const before = this.#fromRecord(name, args);
    if (before) {
      if (before.failure !== undefined) throw new Error(before.failure);
      return before.value;
    }
    const { recorder } = this.#context;
    const started = performance.now();
    const denied = this.#denied.get(name) ?? (name === 'mcp' ? this.#deniedTool(args) : undefined);
    const taped = denied === undefined ? this.#tape?.call(name, args) : undefined;
    if (taped) return await this.#giveAgain(name, args, taped, from);
    try {
      if (denied !== undefined) throw new Error(denied);
      const { value, summary, promptTokens, completionTokens, asked } = await this.#dispatch(
        name,
        args,
        signal,
        from,
      );
      await recorder.record({
        type: 'sandbox_event',
        content: summary,
        toolName: name,
        toolArgs: { kind: name, summary, call: name, args, value, ...calledFrom(from), ...asked },
        durationMs: performance.now() - started,
        promptTokens,
        completionTokens,
      });
      return value;
    } catch (error) {
      // A run that was stopped keeps no step for it; any other failure is the script's to handle.
      if (signal.aborted) throw error;
      const failure = error instanceof Error ? error.message : String(error);
      await recorder.record({
        type: 'sandbox_event',
        content: failure,
        toolName: name,
        toolArgs: { kind: name, summary: failure, call: name, args, failure, ...calledFrom(from) },
        durationMs: performance.now() - started,
      });
      throw error;
    }
  }

  /** Records a call as made again with what it got before, under the line that it had then. */
  async #giveAgain(
    name: string,
    args: unknown[],
    { step, summary, value, failure }: TapedCall,
    from: CallPlace | undefined,
  ): Promise<unknown> {
    const outcome = failure === undefined ? { value } : { failure };
    await this.#context.recorder.record({
      type: 'sandbox_event',
      content: summary,
      toolName: name,
      toolArgs: {
        kind: name,
        summary,
        call: name,
        args,
        ...outcome,
        ...calledFrom(from),
        recorded_from: step,
      },
    });
    if (failure !== undefined) throw new Error(failure);
    return value;
  }

  #fromRecord(name: string, args: unknown[]): RecordedCall | undefined {
    const [next] = this.#recorded;
    if (!next) return undefined;
    if (next.name === name && JSON.stringify(next.args) === JSON.stringify(args))
      return this.#recorded.shift();
    // The block takes another way than it did: what it gave then says nothing of what comes now.
    this.#recorded.length = 0;
    return undefined;
  }

  async #dispatch(
    name: string,
    args: unknown[],
    signal: AbortSignal,
    from: CallPlace | undefined,
  ): Promise<Outcome> {
    const { knowledge, web } = this.#services;
    const { index_ids: indexIds } = this.#context.session;
    switch (name) {
      case 'search':
      case 'searchDocuments': {
        const query = searchQuery(args, name === 'searchDocuments');
        const value = await knowledge.search(indexIds, query, signal);
        return { value, summary: `${name} ${JSON.stringify(query.query)}: ${count(value.length, 'row')}` };
      }
      case 'listIndexes': {
        const value = await knowledge.indexes(indexIds);
        return { value, summary: `listIndexes: ${count(value.length, 'index', 'indexes')}` };
      }
      case 'getDocument': {
        const value = await knowledge.document(indexIds, String(args[0]));
        if (!value) throw new Error(`getDocument: there is no document ${JSON.stringify(args[0])}.`);
        return { value, summary: `getDocument: ${value.filename}` };
      }
      case 'fetch': {
        const value = await web.fetch(args[0], args[1], signal);
        return { value, summary: `fetch ${String(args[0])}: ${value.status}` };
      }
      case 'ai':
        return this.#ai(args, signal);
      case 'log':
        return { value: undefined, summary: args.map(logText).join(' ') };
      case 'confirm':
      case 'choice':
      case 'input':
        return this.#ask(name, args, signal, from);
      case 'mcp':
        return this.#callTool(args, signal);
      default:
        throw new Error(`The sandbox has no function "${name}".`);
    }
  }

  /** Why the session may not use a tool of an MCP server, whose name a script may have made up. */
  #deniedTool([server, tool]: unknown[]): string | undefined {
    const { tools } = this.#context;
    return !tools || tools.tool(String(server), String(tool))
      ? undefined
      : tools.denial(`${String(server)}.${String(tool)}`);
  }

  async #callTool(args: unknown[], signal: AbortSignal): Promise<Outcome> {
    const [server, tool, ...given] = args;
    const value = await this.#context.servers.call(String(server), String(tool), given, signal);
    const size = count(JSON.stringify(value)?.length ?? 0, 'character');
    return { value, summary: `${String(server)}.${String(tool)}: ${size}` };
  }

  async #ai(args: unknown[], signal: AbortSignal): Promise<Outcome> {
    const { models } = this.#services;
    this.#context.budget.check();
    const options = (args[1] ?? {}) as { system?: unknown; model?: unknown; json?: unknown };
    const json = options.json === true ? 'Answer with one JSON value and nothing else.' : '';
    const system = [typeof options.system === 'string' ? options.system : '', json]
      .filter(Boolean)
      .join('\n');
    let value = '';
    let tokens = { prompt: 0, completion: 0 };
    const model = typeof options.model === 'string' && options.model ? options.model : this.#context.model;
    for await (const chunk of models.stream({
      model,
      system,
      messages: [{ role: 'user', content: String(args[0]) }],
      context: { persona: '', skills: [] },
      signal,
    })) {
      if (chunk.type === 'text') value += chunk.text;
      else tokens = chunk;
    }
    const { id } = models.resolve(model);
    const cost = this.#context.budget.spend(id, tokens.prompt, tokens.completion);
    return {
      asked: askedOf(id, cost),
      value,
      summary: `ai: ${count(value.length, 'character')} from ${id}`,
      promptTokens: tokens.prompt,
      completionTokens: tokens.completion,
    };
  }

  async #ask(
    name: 'confirm' | 'choice' | 'input',
    args: unknown[],
    signal: AbortSignal,
    from: CallPlace | undefined,
  ): Promise<Outcome> {
    const { recorder, session, setStatus } = this.#context;
    const question = readQuestion(name, args);
    const ask = async () => {
      await setStatus('waiting');
      await recorder.record({
        type: 'input_request',
        content: question.message,
        toolName: name,
        toolArgs: { ...question, ...calledFrom(from) },
      });
    };
    const value = await this.#services.inputs.ask(
      session.id,
      question,
      { ask, keep: () => setStatus('running') },
      signal,
    );
    const shown = value === true ? 'yes' : value === false ? 'no' : value;
    return { value, summary: `Answered: ${shown}` };
  }
}

function readQuestion(name: 'confirm' | 'choice' | 'input', args: unknown[]): Question {
  const base = { request_id: newId(), message: args[0] === undefined ? '' : String(args[0]) };
  if (name === 'confirm') return { ...base, input_type: 'confirm' };
  if (name === 'choice') {
    const options = Array.isArray(args[1]) ? args[1].map(String) : [];
    if (options.length === 0)
      throw new Error('choice: the second argument must be a list of at least one option.');
    return { ...base, input_type: 'choice', options };
  }
  const { placeholder } = (args[1] ?? {}) as { placeholder?: unknown };
  return { ...base, input_type: 'text', ...(typeof placeholder === 'string' ? { placeholder } : {}) };
}

function searchQuery(args: unknown[], byDocument: boolean): KnowledgeQuery {
  const options = (args[1] ?? {}) as Record<string, unknown>;
  const limit = Number(options.limit ?? options.top_k ?? 5);
  const minScore = Number(options.min_score ?? 0);
  if (!Number.isInteger(limit) || limit < 1)
    throw new Error('search: "limit" must be a whole number from 1.');
  if (Number.isNaN(minScore)) throw new Error('search: "min_score" must be a number.');
  return {
    query: String(args[0] ?? ''),
    limit,
    minScore,
    byDocument,
    ...(typeof options.index === 'string' ? { index: options.index } : {}),
  };
}

/** Why a run may not use a primitive, by the primitive's name. */
function deniedPrimitives({ agent, tools }: CallContext): ReadonlyMap<string, string> {
  const denied = new Map<string, string>();
  for (const one of primitives) {
    const { name, capability } = one;
    if (tools && !tools.primitive(one)) {
      denied.set(name, tools.denial(name));
    } else if (agent?.declaresCapabilities && capability && !agent.capabilities.includes(capability)) {
      const repair = `add "${capability}" to "capabilities" in ${agent.configPath}`;
      denied.set(name, `${name}: the agent "${agent.id}" may not use it; ${repair}.`);
    }
  }
  return denied;
}

function logText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Steps that a skill did not make carry nothing of it. */
function calledFrom(from: CallPlace | undefined): { called_from?: CallPlace } {
  return from === undefined ? {} : { called_from: from };
}
