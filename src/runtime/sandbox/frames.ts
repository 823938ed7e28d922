/** A line of the engine's stack that names a place in a script. */
export interface Frame {
  name: string;
  file: string;
  line: number;
  column: number;
}

/** Where the engine says a stack's frame is: `at name (file:line:column)` or `at file:line:column`. */
const shape = /^\s*at (?:(.*) \()?(.+?):(\d+)(?::(\d+))?\)?$/;

/** @returns the frames of the engine's stack that lie in scripts; its own and native ones are left out. */
export function readFrames(stack: string): Frame[] {
  return stack.split('\n').flatMap((line) => {
    const match = shape.exec(line);
    if (match === null) return [];
    const [, name = '', file = '', row = '1', column = '1'] = match;
    return [{ name: name.startsWith('<') ? '' : name, file, line: Number(row), column: Number(column) }];
  });
}

/** @returns the frames as text, one a line. */
export function writeFrames(frames: readonly Frame[]): string {
  return frames
    .map(({ name, file, line, column }) => {
      const place = `${file}:${line}:${column}`;
      return name === '' ? `at ${place}` : `at ${name} (${place})`;
    })
    .join('\n');
}
