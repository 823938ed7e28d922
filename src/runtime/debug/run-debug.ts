import { hashBytes } from '../../project';
import type { DebugAnswer, DebugSource } from '../../protocol';
import type { SandboxDebug, SandboxPool, SandboxSkill } from '../sandbox';
import type { Step, Store } from '../store';
import type { Debugger } from './debugger';
import type { Debuggers } from './debuggers';
import { evaluateAt } from './evaluate';

interface RunDebugServices {
  debuggers: Debuggers;
  store: Pick<Store, 'steps'>;
  sandboxes: SandboxPool;
}

/** A run's side of the debugger: a session may get one, and lose it, while its run goes on. */
export class RunDebug {
  readonly #services: RunDebugServices;
  readonly #sessionId: string;
  readonly #signal: AbortSignal;
  #told: Debugger | undefined;

  constructor(services: RunDebugServices, sessionId: string, signal: AbortSignal) {
    this.#services = services;
    this.#sessionId = sessionId;
    this.#signal = signal;
  }

  /** @param state `started`, or the session's status at the end */
  async run(state: string): Promise<void> {
    const attached = this.#attached;
    attached?.run(state);
    await attached?.settled();
  }

  /** A step has been kept. */
  kept(step: Step): void {
    this.#attached?.kept(step);
  }

  /** Between two steps the run may have to stand still. Settles when it goes on, or is to end. */
  async reached(step: Step): Promise<void> {
    // Within a block the script itself stands still.
    if (typeof step.tool_args?.call === 'string' || step.step_type === 'input_request') return;
    await this.#attached?.reached(step, this.#signal, (expression, after) => this.#ask(expression, after));
  }

  /**
   * @param block index of the step that has the block's source
   * @param next says which index the next step has
   * @returns what the block's sandbox is given; undefined without a debugger.
   */
  block(
    block: number,
    next: () => number,
    skills: readonly SandboxSkill[],
    replan: () => void,
  ): SandboxDebug | undefined {
    const attached = this.#attached;
    if (attached === undefined) return undefined;
    if (attached !== this.#told) {
      this.#told = attached;
      attached.useSources(skills.map(sourceOf));
    }
    return attached.forBlock(block, next, replan);
  }

  async #ask(expression: string, { step_index: after }: Step): Promise<DebugAnswer> {
    const { store, sandboxes } = this.#services;
    const steps = await store.steps.list(this.#sessionId);
    const moment = { steps, points: [], sources: [], skillNames: new Map(), primitives: [] };
    return await evaluateAt(sandboxes, moment, { expression, step: after + 1 }, this.#signal);
  }

  get #attached(): Debugger | undefined {
    return this.#services.debuggers.of(this.#sessionId);
  }
}

function sourceOf({ path, source }: SandboxSkill): DebugSource {
  return { path, hash: hashBytes(Buffer.from(source)), text: source };
}
