import { ArgumentError } from '../argument-error';

/** A number that a person may set, by a variable of the environment or an argument. */
interface Bound {
  variable: string;
  argument: string;
  /** In the unit that the person writes. */
  fallback: number;
  least: number;
  most: number;
  /** One of the person's units, in ours. */
  unit: number;
  fraction?: boolean;
}

const megabyte = 1024 * 1024;

/** Everything that one request, one run, or the data folder may take, and how much of it unless told otherwise. */
export const bounds = {
  /** Bytes of a request's body, other than an upload's. A manifest carries a project's text files. */
  body: {
    variable: 'TAVORA_MAX_BODY_MB',
    argument: 'max-body-mb',
    fallback: 16,
    least: 1,
    most: 1_024,
    unit: megabyte,
  },
  /** Bytes of an uploaded document. */
  file: {
    variable: 'TAVORA_MAX_FILE_MB',
    argument: 'max-file-mb',
    fallback: 64,
    least: 1,
    most: 1_024,
    unit: megabyte,
  },
  /** Answers of the model in one run. */
  steps: {
    variable: 'TAVORA_MAX_STEPS',
    argument: 'max-steps',
    fallback: 32,
    least: 1,
    most: 1_000_000,
    unit: 1,
  },
  /** Tokens of one run, those that its scripts spend with `ai` included. */
  tokens: {
    variable: 'TAVORA_MAX_TOKENS',
    argument: 'max-tokens',
    fallback: 2_000_000,
    least: 1,
    most: 1e12,
    unit: 1,
  },
  /** What one run may cost, in the currency of TAVORA_MODEL_PRICES. */
  cost: {
    variable: 'TAVORA_MAX_COST',
    argument: 'max-cost',
    fallback: 5,
    least: 0.000_001,
    most: 1e9,
    unit: 1,
    fraction: true,
  },
  /** Milliseconds that a run goes on when nobody follows it any more. */
  grace: {
    variable: 'TAVORA_RUN_GRACE_SECONDS',
    argument: 'run-grace-seconds',
    fallback: 300,
    least: 0,
    most: 86_400,
    unit: 1_000,
  },
  /** Days after which a session that has been left alone is deleted; 0 keeps all. */
  keepDays: {
    variable: 'TAVORA_KEEP_DAYS',
    argument: 'keep-days',
    fallback: 90,
    least: 0,
    most: 36_500,
    unit: 1,
  },
  /** Sessions that are kept; the oldest beyond them are deleted. 0 keeps all. */
  keepSessions: {
    variable: 'TAVORA_KEEP_SESSIONS',
    argument: 'keep-sessions',
    fallback: 10_000,
    least: 0,
    most: 1e9,
    unit: 1,
  },
  /** Days after which an entry of the audit log is deleted; 0 keeps all. */
  keepAuditDays: {
    variable: 'TAVORA_KEEP_AUDIT_DAYS',
    argument: 'keep-audit-days',
    fallback: 365,
    least: 0,
    most: 36_500,
    unit: 1,
  },
} satisfies Record<string, Bound>;

export type LimitName = keyof typeof bounds;

/** Sizes in bytes, the rest as its bound says. */
export type Limits = Record<LimitName, number>;

const names = Object.keys(bounds) as LimitName[];

/** The options that `parseArgs` of Node is given for the limits. */
export const limitArguments: Record<string, { type: 'string' }> = Object.fromEntries(
  names.map((name) => [bounds[name].argument, { type: 'string' }]),
);

/** @returns the limits of a runtime that is told only some, or none. */
export function limitsWith(given: Partial<Limits> = {}): Limits {
  const all = names.map((name) => [name, given[name] ?? bounds[name].fallback * bounds[name].unit]);
  return Object.fromEntries(all) as Limits;
}

/**
 * Reads the limits that a person has set; an argument wins over the environment.
 * @throws ArgumentError for one that is no number, or too small or large; it says which.
 */
export function readLimits(
  args: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Partial<Limits> {
  const limits: Partial<Limits> = {};
  for (const name of names) {
    const { argument, variable } = bounds[name];
    const given = args[argument];
    const value =
      typeof given === 'string'
        ? read(bounds[name], `--${argument}`, given)
        : env[variable]?.trim()
          ? read(bounds[name], variable, env[variable])
          : undefined;
    if (value !== undefined) limits[name] = value;
  }
  return limits;
}

/** @returns a sentence: how a person raises a limit. */
export function howToRaise(name: LimitName): string {
  const { variable, argument } = bounds[name];
  const setting = argument.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `Start the runtime with ${variable} or --${argument} set higher to allow more; in VS Code it is the setting tavora.runtime.${setting}.`;
}

function read({ least, most, unit, fraction }: Bound, where: string, text: string): number {
  const pattern = fraction ? /^\d{1,16}(\.\d{1,9})?$/ : /^\d{1,16}$/;
  const value = pattern.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    const kind = fraction ? 'a number' : 'a whole number';
    throw new ArgumentError(`${where} must be ${kind} from ${least} to ${most}, not "${text}".`);
  }
  return value * unit;
}
