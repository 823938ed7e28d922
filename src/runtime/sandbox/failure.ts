import type { Columns } from './edits';
import { type Frame, readFrames, writeFrames } from './frames';
import type { Failure } from './guest-types';
import { toText } from './tree';
import type { BlockError, BlockErrorKind, SandboxLimits } from './types';

/** What is needed to say where and why a block failed. */
export interface FailureContext {
  limits: SandboxLimits;
  /** Set when the engine was told to stop. */
  ended?: 'timeout' | 'aborted';
  /** The changes made to each script that the engine was given, by the script's name. */
  edits: ReadonlyMap<string, Columns>;
  /** True for the name of a block, which is no file of the project. */
  isBlock(file: string): boolean;
}

/** @returns the error of a thrown value: its kind, a sentence, and the author's own lines and columns. */
export function explainFailure(failure: Failure, context: FailureContext): BlockError {
  const frames = readFrames(failure.stack).flatMap((frame): Frame[] => {
    const edits = context.edits.get(frame.file);
    return edits === undefined ? [] : [{ ...frame, column: edits.column(frame.line, frame.column) }];
  });
  const place = frames[0];
  const original = toText(failure.message);
  const kind = context.ended ?? kindOf(failure.name, original);
  const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
  return {
    ...sentenceOf(kind, failure.name, original, where, context.limits),
    stack: writeFrames(frames),
    file: place === undefined || context.isBlock(place.file) ? undefined : place.file,
    line: place?.line,
    column: place?.column,
    kind,
  };
}

/** What QuickJS throws when its memory is used up, see JS_ThrowOutOfMemory in quickjs.c. */
export const outOfMemory = { name: 'InternalError', message: 'out of memory' };

function kindOf(name: string, message: string): BlockErrorKind {
  // QuickJS's own words, see JS_ThrowStackOverflow and js_alloc_string_rt in quickjs.c.
  if (name === 'RangeError' && message === 'Maximum call stack size exceeded') return 'stack';
  if (name === outOfMemory.name && [outOfMemory.message, 'string too long'].includes(message))
    return 'memory';
  return 'throw';
}

/** @returns name and message of an error of this kind; `where` is "" or a place in brackets. */
export function sentenceOf(
  kind: BlockErrorKind,
  name: string,
  message: string,
  where: string,
  limits: SandboxLimits,
): { name: string; message: string } {
  switch (kind) {
    case 'timeout': {
      const time = `${limits.timeMs / 1000} s`;
      return {
        name: 'TimeoutError',
        message: `The block computed for more than ${time} and was stopped${where}. Look for a loop that never ends.`,
      };
    }
    case 'memory': {
      const size = `${Math.round(limits.memoryBytes / 1024 / 1024)} MB`;
      return {
        name: 'MemoryError',
        message: `The block needed more than ${size} of memory and was stopped${where}. Keep less at a time.`,
      };
    }
    case 'stack':
      return {
        name: 'RangeError',
        message: `Too many calls inside each other${where}. Look for a function that calls itself without an end.`,
      };
    case 'aborted':
      return { name: 'AbortError', message: 'The run was cancelled while the block ran.' };
    default:
      return { name, message };
  }
}

/** @returns the error as people and the model read it. */
export function textOf({ name, message, stack }: BlockError): string {
  return stack === '' ? `${name}: ${message}` : `${name}: ${message}\n${stack}`;
}
