import type { AgentStep, Trace } from '../../protocol';
import { type Bill, billOf, type Prices, type Spending, toldBy } from '../../protocol/spending';
import { growing } from './growing';

/** What steps have spent, added up: one for each model, and one for what the server says the cost of. */
type Sums = ReadonlyMap<string, Spending>;

interface Spent {
  /** The model that the run asks in which the last step is. */
  ofRun: string;
  all: Sums;
  /** Without what a replay took over. */
  own: Sums;
}

const spentBy = new WeakMap<AgentStep, Spending>();

/** Adds up steps of sessions with a model, by the model: what was added up before is not looked at again. */
const adders = new Map<string, (steps: readonly AgentStep[]) => Spent>();

function spentIn({ steps, session: { model } }: Trace): Spent {
  const adder = adders.get(model) ?? adderOf(model);
  adders.set(model, adder);
  return adder(steps);
}

/** A step names its model where the server says it, else its run's message does, else the session. */
function adderOf(model: string): (steps: readonly AgentStep[]) => Spent {
  return growing<AgentStep, Spent>(
    () => ({ ofRun: model, all: new Map(), own: new Map() }),
    (before, steps) => {
      let { ofRun } = before;
      const [all, own] = [new Map(before.all), new Map(before.own)];
      for (const step of steps) {
        const told = toldBy(step.tool_args);
        if (step.step_type === 'message') {
          ofRun = told.model || model;
        }
        const { prompt_tokens: prompt, completion_tokens: completion } = step;
        if (prompt + completion > 0) {
          const spending = { ...told, model: told.model || ofRun, prompt, completion };
          spentBy.set(step, spending);
          add(all, spending);
          if (typeof step.parent_step_id !== 'string') {
            add(own, spending);
          }
        }
      }
      return { ofRun, all, own };
    },
  );
}

function add(sums: Map<string, Spending>, { model, prompt, completion, cost }: Spending): void {
  const key = `${cost === undefined ? 'tokens' : 'cost'} ${model}`;
  const sum = sums.get(key) ?? { model, prompt: 0, completion: 0 };
  sums.set(key, {
    model,
    prompt: sum.prompt + prompt,
    completion: sum.completion + completion,
    ...(cost === undefined ? {} : { cost: (sum.cost ?? 0) + cost }),
  });
}

/** What a step has cost; undefined for one that no model was asked for. */
export function stepBill(trace: Trace, step: AgentStep, prices: Prices): Bill | undefined {
  spentIn(trace);
  const spending = spentBy.get(step);
  return spending && billOf([spending], prices);
}

/** What all steps that a trace shows have cost. */
export function traceBill(trace: Trace, prices: Prices): Bill {
  return billOf([...spentIn(trace).all.values()], prices);
}

/** What the session itself has cost: not what it took over from the one that it is a replay of. */
export function sessionBill(trace: Trace, prices: Prices): Bill {
  const { own } = spentIn(trace);
  if (own.size > 0) {
    return billOf([...own.values()], prices);
  }
  const { model, prompt_tokens: prompt, completion_tokens: completion } = trace.session;
  return billOf([{ model, prompt, completion }], prices);
}
