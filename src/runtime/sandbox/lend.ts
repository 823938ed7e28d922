import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

type Lent = Parameters<QuickJSContext['newFunction']>[1];

/** @returns an object of the sandbox whose methods are the host's functions. */
export function lend(context: QuickJSContext, functions: Record<string, Lent>): QuickJSHandle {
  const lent = context.newObject();
  for (const [name, fn] of Object.entries(functions)) {
    context.newFunction(name, fn).consume((handle) => context.setProp(lent, name, handle));
  }
  return lent;
}

/**
 * Evaluates a function of ours in the sandbox from its own text.
 * @throws what evaluating throws: a fault of ours.
 */
export function installed(
  context: QuickJSContext,
  fn: (...args: never[]) => unknown,
  ...args: QuickJSHandle[]
): QuickJSHandle {
  const code = context.evalCode(`(${fn.toString()})`, guestFile, { strict: true });
  return context
    .unwrapResult(code)
    .consume((made) => context.unwrapResult(context.callFunction(made, context.undefined, ...args)));
}

/** Name of the code inside; no script is called so. */
const guestFile = '<sandbox>';
