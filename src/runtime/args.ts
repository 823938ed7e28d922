import path from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentError } from './argument-error';
import { type Limits, limitArguments, readLimits } from './limits';
import { type LogLevel, logLevels } from './log';

export interface Arguments {
  port: number;
  host: string;
  /** Absolute path. */
  data: string;
  apiKey?: string;
  /** End when stdin ends: it is then a pipe from the parent. */
  parentStdin: boolean;
  logLevel: LogLevel;
  /** Those that were set; by an argument, or else by the environment. */
  limits: Partial<Limits>;
}

export const usage =
  'Usage: node runtime.js --data DIR [--port N] [--host 127.0.0.1] [--api-key tvr_…] [--log-level info] [--parent-stdin] ' +
  `[${Object.keys(limitArguments)
    .map((name) => `--${name} N`)
    .join('] [')}]`;

/** @throws ArgumentError */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv = {}): Arguments {
  const values = parse(args);
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new ArgumentError(`--port must be a number from 0 to 65535, not "${values.port}".`);
  }
  const logLevel = logLevels.find((level) => level === values['log-level']);
  if (!logLevel) {
    throw new ArgumentError(
      `--log-level must be one of ${logLevels.join(', ')}, not "${values['log-level']}".`,
    );
  }
  if (!values.data) throw new ArgumentError(`--data is missing: the folder to keep everything in. ${usage}`);
  const apiKey = values['api-key'];
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new ArgumentError('--api-key must be visible ASCII without spaces; leave it out to have one made.');
  }
  return {
    port,
    host: values.host,
    data: path.resolve(values.data),
    apiKey,
    parentStdin: values['parent-stdin'],
    logLevel,
    limits: readLimits(values, env),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string' },
        'api-key': { type: 'string' },
        'parent-stdin': { type: 'boolean', default: false },
        'log-level': { type: 'string', default: 'info' },
        ...limitArguments,
      },
    }).values;
  } catch (error) {
    throw new ArgumentError(`${error instanceof Error ? error.message : String(error)} ${usage}`);
  }
}
