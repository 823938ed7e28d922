import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';
import { PoliteError } from '../shared/errors';

/** Where the hosted platform is reached when a person names no other server. */
export const hostedUrl = 'https://api.tavora.ai';

/** A server and its key as another tool keeps them. */
export interface Found {
  /** Where it was found, as a person knows it. */
  from: string;
  url: string;
  apiKey: string;
}

const Config = z.object({ api_key: z.string(), url: z.optional(z.nullable(z.string())) });

/**
 * Reads the command line's own configuration: `~/.tavora.yaml`, or the file that `TAVORA_CONFIG` names, and the
 * variables `TAVORA_URL` and `TAVORA_API_KEY`. Called only when a person asks for it.
 * @throws PoliteError for a file that is there and cannot be used.
 */
export async function findElsewhere(
  env: NodeJS.ProcessEnv = process.env,
  home: string = os.homedir(),
): Promise<Found[]> {
  const found: Found[] = [];
  const file = env.TAVORA_CONFIG || path.join(home, '.tavora.yaml');
  const text = await readIfThere(file);
  if (text !== undefined) {
    found.push({ from: file, ...(await readConfig(file, text)) });
  }
  if (env.TAVORA_API_KEY) {
    found.push({
      from: 'TAVORA_API_KEY',
      url: env.TAVORA_URL || hostedUrl,
      apiKey: env.TAVORA_API_KEY,
    });
  }
  return found;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw new PoliteError(`${file} could not be read.`, [], { cause: error });
  }
}

async function readConfig(file: string, text: string): Promise<{ url: string; apiKey: string }> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new PoliteError(`${file} is not valid YAML.`, [], { cause: error });
  }
  const config = Config.safeParse(value);
  if (!config.success) {
    throw new PoliteError(`${file} has no api_key, so there is nothing to take from it.`);
  }
  return { url: config.data.url || hostedUrl, apiKey: config.data.api_key };
}
