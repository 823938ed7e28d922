import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';

/** Where the hosted platform is reached when a person names no other server. */
export const hostedUrl = 'https://api.tavora.ai';

/** A server and its key as a person keeps them outside the editor. */
export interface KnownServer {
  /** Where it was found, as a person knows it: a path, or the name of a variable. */
  from: string;
  url: string;
  apiKey: string;
}

/** The configuration is there and cannot be used; `message` is a sentence for people. */
export class ServerFileError extends Error {
  override readonly name = 'ServerFileError';
}

const Config = z.object({ api_key: z.string(), url: z.optional(z.nullable(z.string())) });

/**
 * Reads the command line's own configuration: `~/.tavora.yaml`, or the file that `TAVORA_CONFIG` names, and the
 * variables `TAVORA_URL` and `TAVORA_API_KEY`. The file comes first.
 * @throws ServerFileError for a file that is there and cannot be used.
 */
export async function findServers(
  env: NodeJS.ProcessEnv = process.env,
  home: string = os.homedir(),
): Promise<KnownServer[]> {
  const found: KnownServer[] = [];
  const file = env.TAVORA_CONFIG || path.join(home, '.tavora.yaml');
  const text = await readIfThere(file);
  if (text !== undefined) found.push({ from: file, ...(await readConfig(file, text)) });
  if (env.TAVORA_API_KEY) {
    found.push({ from: 'TAVORA_API_KEY', url: env.TAVORA_URL || hostedUrl, apiKey: env.TAVORA_API_KEY });
  }
  return found;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ServerFileError(`${file} could not be read.`, { cause: error });
  }
}

async function readConfig(file: string, text: string): Promise<{ url: string; apiKey: string }> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new ServerFileError(`${file} is not valid YAML.`, { cause: error });
  }
  const config = Config.safeParse(value);
  if (!config.success) {
    throw new ServerFileError(`${file} has no api_key, so there is nothing to take from it.`);
  }
  return { url: config.data.url || hostedUrl, apiKey: config.data.api_key };
}
