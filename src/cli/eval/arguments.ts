import { parseArgs } from 'node:util';
import { CannotRun } from '../problem';
import { type Format, formats } from './formats';

/** What the command line asks for. */
export interface Arguments {
  /** Local ids; all agents with evals when there is none. */
  agents: string[];
  /** The files as they are here, or what is deployed. */
  target: 'draft' | 'live';
  /** How often each case is run. */
  repeat: number;
  format: Format;
  /** A file that `--format json` wrote earlier, as written. */
  baseline?: string;
  /** By how much a score may fall below the baseline's. */
  tolerance: number;
  /** The project's folder, as written. */
  project: string;
  environment?: string;
  /** The address of a server, as written. */
  server?: string;
  /** The embedded runtime, whatever servers are configured. */
  embedded: boolean;
  /** How long a server may be out of reach while its run is followed, in milliseconds. */
  patienceMs: number;
  /** Only something is to be told: nothing is run. */
  tell?: 'help' | 'version';
}

/** As often as a server repeats a case. */
const mostRepeats = 20;

export const usage = `Usage: tavora-eval [agent…] [--draft|--live] [--repeat N] [--format ${formats.join('|')}] [--baseline FILE]

Runs the evals of a Tavora project's agents, all of those that have some when none is named.

  --draft           the files as they are here: they are synced first (default)
  --live            what is deployed
  --repeat N        run each case N times, 1 to ${mostRepeats}. A case then passes when more than half of its runs do,
                    and its score is the mean of theirs
  --format          text (default), json or junit
  --baseline FILE   compare with an earlier result, written by --format json. A case got worse when it passed
                    there and fails now, or when its score fell by more than the tolerance
  --tolerance N     points that a score may fall, 0 to 10 (default 0.5)
  --project DIR     the folder with tavora.jsonc, or one that holds it; this folder when left out (also --cwd)
  --environment E   the environment of the project on the server
  --server URL      the server to run on
  --embedded        run on a runtime of its own on this machine, whatever servers are configured
  --patience S      seconds for which a server may be out of reach during a run (default 60)
  --version         print the version
  --help            print this

The server is the one that --server names; else that of TAVORA_URL and TAVORA_API_KEY; else that of ~/.tavora.yaml, or
of the file that TAVORA_CONFIG names; else a runtime that is started for this run and needs no network. A key is sent
only to the server that it is kept for.

Ends with 0 when all cases passed, with 1 when some failed or got worse than the baseline, and with 2 when they could
not be run. Results go to stdout, what is being done to stderr. docs/evals.md has more.
`;

/** @throws CannotRun for arguments that are not understood. */
export function readArguments(args: readonly string[]): Arguments {
  const { positionals, values } = parse(args);
  const format = formats.find((one) => one === values.format);
  if (!format) {
    throw new CannotRun(`--format must be one of ${formats.join(', ')}, not "${values.format}".`);
  }
  if (values.draft && values.live) {
    throw new CannotRun('--draft and --live are two different runs; take one at a time.');
  }
  if (values.server !== undefined && values.embedded) {
    throw new CannotRun('--server and --embedded are two different servers; take one.');
  }
  if (values.project !== undefined && values.cwd !== undefined) {
    throw new CannotRun('--project and --cwd say the same; take one.');
  }
  const tell = values.help ? 'help' : values.version ? 'version' : undefined;
  return {
    agents: [...new Set(positionals)],
    target: values.live ? 'live' : 'draft',
    repeat: whole('--repeat', values.repeat, 1, mostRepeats),
    format,
    ...(values.baseline === undefined ? {} : { baseline: values.baseline }),
    tolerance: number('--tolerance', values.tolerance, 0, 10),
    project: values.project ?? values.cwd ?? '.',
    ...(values.environment ? { environment: values.environment } : {}),
    ...(values.server === undefined ? {} : { server: values.server }),
    embedded: values.embedded,
    patienceMs: number('--patience', values.patience, 0, 86_400) * 1_000,
    ...(tell ? { tell } : {}),
  };
}

function number(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= least && value <= most)) {
    throw new CannotRun(`${name} must be a number from ${least} to ${most}, not "${text}".`);
  }
  return value;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = number(name, text, least, most);
  if (!Number.isInteger(value)) throw new CannotRun(`${name} must be a whole number, not "${text}".`);
  return value;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        draft: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        repeat: { type: 'string', default: '1' },
        format: { type: 'string', short: 'f', default: 'text' },
        baseline: { type: 'string' },
        tolerance: { type: 'string', default: '0.5' },
        project: { type: 'string' },
        cwd: { type: 'string' },
        environment: { type: 'string' },
        server: { type: 'string' },
        embedded: { type: 'boolean', default: false },
        patience: { type: 'string', default: '60' },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'v', default: false },
      },
    });
  } catch (error) {
    // What follows in Node's message is about arguments that begin with a hyphen, and there are none here.
    const [said = ''] = error instanceof TypeError ? error.message.split(/\. (?=To specify)/) : [];
    if (said !== '') throw new CannotRun(`${said.replace(/\.$/, '')}. --help says what there is.`);
    throw error;
  }
}
