import { type Agent, primitives, type SkillFile } from '../../project';
import type { RunEvent } from '../../protocol';
import { type CallServices, HostCalls } from '../agent/calls';
import { stepEvent } from '../agent/events';
import { RunStopped } from '../agent/stopped';
import { Budget, type Limits, type ModelPrices } from '../limits';
import type { McpServers } from '../mcp';
import type { BlockResult, SandboxPool } from '../sandbox';
import { type NewStep, newId, type Step } from '../store';

export interface SkillRunParts extends CallServices {
  sandboxes: Pick<SandboxPool, 'open'>;
  mcp: Pick<McpServers, 'forRun'>;
  limits: Limits;
  prices: ModelPrices;
}

export interface SkillCall {
  /** One of the functions of a skill that offers several. */
  function?: string;
  args: readonly unknown[];
}

export interface SkillRunRequest {
  /** Names the run where a person answers what it asks. */
  id: string;
  agent: Agent;
  skill: SkillFile;
  text(path: string): string | undefined;
  call: SkillCall;
  signal: AbortSignal;
  emit(event: RunEvent): void;
}

/** One call of one skill, with everything that the skill has in a run of its agent. */
export class SkillRun {
  readonly #parts: SkillRunParts;
  readonly #request: SkillRunRequest;
  #steps = 0;
  readonly #budget: Budget;

  constructor(parts: SkillRunParts, request: SkillRunRequest) {
    this.#parts = parts;
    this.#request = request;
    this.#budget = new Budget(parts.limits, parts.prices);
  }

  /** Runs to the end. What goes wrong in the skill is its result; what keeps it from running, an `error` event. */
  async execute(): Promise<void> {
    const { agent, skill, signal, emit, text, call } = this.#request;
    const servers = this.#parts.mcp.forRun(agent);
    const calls = new HostCalls(
      this.#parts,
      {
        session: { id: this.#request.id, index_ids: null },
        agent,
        servers,
        model: agent.model,
        recorder: { record: async (step) => this.#report(step) },
        setStatus: async () => undefined,
        budget: this.#budget,
      },
      [],
      undefined,
    );
    try {
      const offered = await servers.list(signal);
      const sandbox = await this.#parts.sandboxes.open({
        skills: agent.skills
          .filter(({ kind }) => kind === 'module')
          .map(({ name, path }) => ({ name, path, source: text(path) ?? '' })),
        mcp: offered.map(({ server, tools }) => ({
          name: server,
          ...(tools ? { tools: tools.map((tool) => tool.name) } : {}),
        })),
        primitives: primitives.map(({ name }) => name),
        call: (name, args, callSignal, from) => calls.call(name, args, callSignal, from),
      });
      try {
        const result = await sandbox.run(blockOf(skill.name, call), signal);
        signal.throwIfAborted();
        this.#report(resultStep(result));
      } finally {
        sandbox.close();
      }
      emit({
        type: 'done',
        summary: { run_id: this.#request.id, tokens: this.#budget.tokens },
        tokens: this.#budget.tokens,
      });
    } catch (error) {
      const stopped = signal.aborted && signal.reason instanceof RunStopped ? signal.reason : undefined;
      const reason = stopped ?? error;
      emit({ type: 'error', content: reason instanceof Error ? reason.message : String(reason) });
    } finally {
      // Nobody waits for the goodbyes: the run is over.
      void servers.close();
    }
  }

  #report(step: NewStep): Step {
    const kept: Step = {
      id: newId(),
      session_id: this.#request.id,
      step_index: this.#steps++,
      step_type: step.type,
      content: step.content,
      tool_name: step.toolName ?? null,
      // A person answers by the run's id, as there is no session.
      tool_args: { ...step.toolArgs, run_id: this.#request.id },
      duration_ms: step.durationMs ?? 0,
      prompt_tokens: step.promptTokens ?? 0,
      completion_tokens: step.completionTokens ?? 0,
      parent_step_id: null,
      created_at: new Date().toISOString(),
    };
    const event = stepEvent(kept);
    if (step.type === 'execute_js_result') event.args = kept.tool_args;
    this.#request.emit(event);
    return kept;
  }
}

/** The block that makes the call; values go in as JSON text, so that none of them is read as code. */
function blockOf(skill: string, { function: name, args }: SkillCall): string {
  const member = name === undefined ? '' : `[${JSON.stringify(name)}]`;
  const values = JSON.stringify(JSON.stringify(args));
  return `return require(${JSON.stringify(skill)})${member}(...JSON.parse(${values}));`;
}

function resultStep(result: BlockResult): NewStep {
  const { ok, value, error, logs, data, formatted, durationMs } = result;
  return {
    type: 'execute_js_result',
    content: formatted,
    toolArgs: { ok, result: value ?? null, ...(error ? { error } : {}), logs, data },
    durationMs,
  };
}
