import path from 'node:path';
import { type Arguments, readArguments } from './args';
import { ArgumentError } from './argument-error';
import { chooseEmbedder } from './knowledge';
import { ModelPrices, pricesVariable } from './limits';
import { FolderInUse } from './lock';
import { Log } from './log';
import { createModelRouter } from './models';
import { ProviderModels } from './models/offered';
import { readHost } from './net/allowed-hosts';
import { createRuntime, PortTaken, type Runtime } from './runtime';
import { DatabaseRefused } from './store';
import { KeyRingError, takeKeyRing } from './vault';

/** How long a shutdown may take before the process ends anyway. */
const patienceMs = 5_000;

/**
 * Runs a runtime as the whole of this process: prints the ready line, and leaves on SIGTERM, SIGINT, or with
 * its parent. Exit codes: 0 after a clean end, 1 when it could not start, 2 for wrong arguments.
 */
export async function serve(args: readonly string[], workerFile: string): Promise<void> {
  // Node's own printing of warnings ends first: what refuses wrong arguments must be the last line, which a parent shows.
  process.removeAllListeners('warning');
  const parsed = parse(args);
  if (!parsed) return;
  const log = new Log(parsed.logLevel);
  logWarnings(log);
  let runtime: Runtime;
  try {
    const keyRing = takeKeyRing(process.env);
    const env = { ...process.env };
    runtime = await createRuntime({
      ...parsed,
      keyRing,
      workerFile,
      warmUp: true,
      log,
      models: (secrets) => createModelRouter({ secrets, env }),
      offered: (secrets) => new ProviderModels({ secrets, env }, { log }),
      fetchAllow: readHosts(process.env.TAVORA_FETCH_ALLOW, log),
      embedder: (secrets) => chooseEmbedder(env, path.dirname(workerFile), log, secrets),
      judgeModel: process.env.TAVORA_JUDGE_MODEL || undefined,
      evalTimeoutMs: seconds(process.env.TAVORA_EVAL_TIMEOUT_S),
    });
  } catch (error) {
    const expected = [FolderInUse, PortTaken, KeyRingError, DatabaseRefused].some(
      (kind) => error instanceof kind,
    );
    if (error instanceof Error && expected) log.error(error.message);
    else log.error('The runtime could not start', error);
    process.exit(1);
  }
  leaveWith(runtime, parsed, log);
  process.stdout.write(`${JSON.stringify(runtime.ready)}\n`);
}

function parse(args: readonly string[]): (Arguments & { prices: ModelPrices }) | undefined {
  try {
    return { ...readArguments(args, process.env), prices: ModelPrices.read(process.env[pricesVariable]) };
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

/** Ends the process in order, once, for whichever reason comes first. */
function leaveWith(runtime: Runtime, { parentStdin }: Arguments, log: Log): void {
  let leaving = false;
  const leave = (reason: string) => {
    if (leaving) return;
    leaving = true;
    log.info(`${reason}: shutting down`);
    setTimeout(() => {
      log.error('The shutdown did not end in time');
      process.exit(1);
    }, patienceMs).unref();
    runtime.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('The shutdown failed', error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => leave('SIGTERM'));
  process.once('SIGINT', () => leave('SIGINT'));
  if (parentStdin) {
    process.stdin.on('end', () => leave('the parent has gone'));
    process.stdin.on('error', () => leave('the parent has gone'));
    process.stdin.resume();
  }
}

/** Node warns that its SQLite is experimental; that is known here. Every other warning is logged. */
function logWarnings(log: Log): void {
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning' && warning.message.includes('SQLite')) return;
    log.warn(`${warning.name}: ${warning.message}`);
  });
}

/** What is no host is left out and said. */
function readHosts(text: string | undefined, log: Log): string[] {
  const written = (text ?? '').split(',').filter((item) => item.trim());
  return written.flatMap((item) => {
    const host = readHost(item);
    if (host === undefined)
      log.warn(`TAVORA_FETCH_ALLOW: ${JSON.stringify(item)} is no host and is left out`);
    return host ?? [];
  });
}

function wholeNumber(text: string | undefined): number | undefined {
  return text && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

/** @returns milliseconds. */
function seconds(text: string | undefined): number | undefined {
  const number = wholeNumber(text);
  return number && number * 1_000;
}
