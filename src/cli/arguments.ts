import { parseArgs } from 'node:util';
import { type Format, formats } from './formats';
import { CannotRun } from './problem';

/** What the command line asks for. */
export interface Arguments {
  /** As written; the current folder when left out. */
  folder: string;
  format: Format;
  /** Only something is to be told: nothing is checked. */
  tell?: 'help' | 'version';
}

export const usage = `Usage: tavora-lint [dir] [--format ${formats.join('|')}]

Checks a Tavora project with the rules of the editor. No server is needed.

  dir        the folder with tavora.jsonc, or one that holds it; this folder when left out
  --format   text (default), json, sarif or github
  --version  print the version
  --help     print this

Ends with 0 when there is no issue, with 1 when there are some, and with 2 when nothing could be checked.
Rules are described in docs/rules.md; "rules" in tavora.jsonc changes their severities or switches them off.
`;

/** @throws CannotRun for arguments that are not understood. */
export function readArguments(args: readonly string[]): Arguments {
  const { positionals, values } = parse(args);
  const [folder = '.', ...more] = positionals;
  if (more.length > 0) throw new CannotRun(`One folder at a time: "${more.join(' ')}" is one too many.`);
  const format = formats.find((one) => one === values.format);
  if (!format) {
    throw new CannotRun(`--format must be one of ${formats.join(', ')}, not "${values.format}".`);
  }
  const tell = values.help ? 'help' : values.version ? 'version' : undefined;
  return { folder, format, ...(tell ? { tell } : {}) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string', short: 'f', default: 'text' },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'v', default: false },
      },
    });
  } catch (error) {
    if (error instanceof TypeError) throw new CannotRun(error.message);
    throw error;
  }
}
