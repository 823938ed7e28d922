import { type FrameRef, type Frames, pointOf } from './frames';
import type { Runner } from './runner';
import { copied, lookUp, whole } from './values';

/** What is to be evaluated, and where. */
export interface Question {
  expression: string;
  /** The frame whose names are meant; left out, the innermost. */
  ref: FrameRef | undefined;
  /** Where the value is shown, in the protocol's words. While the pointer rests on it only names are evaluated. */
  context: string | undefined;
}

/**
 * Evaluates on the server, never here. A path of names is looked up in what is recorded: while the pointer rests on
 * it, and with a server that evaluates nothing.
 * @throws Error with a sentence, or what the expression threw
 */
export async function evaluate(
  runner: Runner,
  frames: Frames | undefined,
  { expression, ref, context }: Question,
): Promise<{ value: unknown; text: string }> {
  const hovering = context === 'hover';
  const textOf = context === 'clipboard' ? copied : whole;
  const moment = ref?.moment ?? runner.moment;
  if (!moment) throw new Error('Nothing can be evaluated before the run stands still.');
  const own = ref && frames && lookUp(frames.own(ref), expression);
  if (own) return { value: own.value, text: textOf(own.value) };
  const found = ref && frames && lookUp(frames.names(ref), expression);
  if (found && (hovering || !runner.evaluates)) return { value: found.value, text: textOf(found.value) };
  if (hovering && !/^[\p{L}_$][\p{L}\p{N}_$.[\]]*$/u.test(expression)) {
    throw new Error('Only names are evaluated while the pointer rests on them.');
  }
  if (!runner.evaluates) {
    throw new Error(
      'This server keeps no lines and names: only paths such as data.order.id can be looked up.',
    );
  }
  // A turn has no names of a script, only `data`.
  const inScript = ref === undefined || pointOf(ref) !== undefined;
  const depth = ref?.kind === 'script' ? ref.depth : undefined;
  const { ok, value, text } = await runner.evaluate(moment, expression, { inScript, depth });
  if (!ok) throw new Error(text);
  return { value, text: textOf(value) };
}
