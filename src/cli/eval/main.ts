import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '../../../package.json';
import { ApiError, ConnectionError, findServers, ServerFileError, TavoraClient } from '../../client';
import { loadProject } from '../../project';
import { DiskFiles, findProject } from '../disk';
import { CannotRun } from '../problem';
import { forgiveClosedOutput, wantsColour } from '../terminal';
import { assertSound, chooseAgents, issueLines } from './agents';
import { readArguments, usage } from './arguments';
import { compare, readBaseline } from './baseline';
import type { CaseOutcome } from './cases';
import { writers } from './formats';
import { EmbeddedRuntime } from './runtime';
import { chooseServer, otherServer, type Server } from './server';
import { runSuite, type Suite } from './suite';

/** What is being done goes to stderr, so that stdout holds the results only. */
function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** @returns the exit code: 0 when all passed, 1 when some failed or got worse. @throws CannotRun */
async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = readArguments(args);
  if (options.tell) {
    process.stdout.write(options.tell === 'help' ? usage : `${version}\n`);
    return 0;
  }
  const baseline = options.baseline === undefined ? undefined : await readBaseline(options.baseline);
  const folder = await findProject(path.resolve(options.project));
  const project = await loadProject(new DiskFiles(folder));
  const agents = chooseAgents(project, options.agents);
  if (options.target === 'draft') assertSound(project, agents);
  const server = options.embedded ? undefined : chooseServer(options, await findServers(), process.env);
  const other = options.embedded ? undefined : otherServer({ suggested: project.apiUrl }, server?.url);
  if (other) say(other);
  if (!server && options.target === 'live') {
    const why = 'Nothing is deployed on a runtime that starts empty';
    throw new CannotRun(`${why}, so --live needs a server. Name it with --server.`);
  }
  const source = pathToFileURL(folder).href;
  const suite = { project, agents, options, signal, say };
  const outcomes = await (server ? runAt(server, source, suite) : runHere(source, suite));
  const comparison =
    baseline &&
    compare(
      baseline,
      outcomes,
      options.tolerance,
      agents.map(({ id }) => id),
    );
  const worse = comparison?.worse ?? [];
  process.stdout.write(
    writers[options.format]({
      outcomes,
      target: options.target,
      server: server ? server.url : 'embedded runtime',
      repeat: options.repeat,
      colour: wantsColour(),
      ...(comparison ? { comparison } : {}),
    }),
  );
  if (worse.length > 0 && options.format !== 'text') {
    const names = worse.map(({ agent, name }) => `${agent}: ${name}`).join(', ');
    say(`${worse.length} got worse than the baseline: ${names}.`);
  }
  return outcomes.some(({ pass }) => !pass) || worse.length > 0 ? 1 : 0;
}

async function runAt({ url, apiKey }: Server, source: string, suite: Suite): Promise<CaseOutcome[]> {
  const client = new TavoraClient({ baseUrl: url, apiKey, source, userAgent: `tavora-eval/${version}` });
  try {
    return await runSuite(client, suite);
  } finally {
    await client.close();
  }
}

/** Runs on a runtime that is started for it and ended after it, whatever happens. */
async function runHere(source: string, suite: Suite): Promise<CaseOutcome[]> {
  suite.say('Starting the embedded runtime.');
  const runtime = await EmbeddedRuntime.start(path.join(__dirname, 'runtime.js'), suite.signal);
  const dead = new AbortController();
  const ended = runtime.ended().then((how) => {
    dead.abort();
    throw new CannotRun(`The embedded runtime ended during the run (${how}).`);
  });
  try {
    const signal = AbortSignal.any([suite.signal, dead.signal]);
    return await Promise.race([ended, runAt(runtime, source, { ...suite, signal })]);
  } finally {
    // Its end is expected from here on.
    ended.catch(() => undefined);
    await runtime.stop();
  }
}

/** @returns what went wrong, for people. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError && error.issues.length > 0) {
    return `${error.message}\n${issueLines(error.issues)}`;
  }
  const forPeople = [CannotRun, ServerFileError, ApiError, ConnectionError].some(
    (kind) => error instanceof kind,
  );
  if (error instanceof TypeError && error.message.startsWith('The API key')) return error.message;
  return error instanceof Error ? (forPeople ? error.message : String(error.stack)) : String(error);
}

forgiveClosedOutput();

const stopping = new AbortController();
let stoppedBy: NodeJS.Signals | undefined;
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
for (const name of Object.keys(signals) as (keyof typeof signals)[]) {
  process.on(name, () => {
    // Asked twice: whoever asks does not want to wait for the server.
    if (stoppedBy) process.exit(signals[name]);
    stoppedBy = name;
    stopping.abort();
  });
}

// The client's waits between two tries do not keep a process alive, and one that just ends would seem to have passed.
const awake = setInterval(() => undefined, 60_000);
process.exitCode = 2;

main(process.argv.slice(2), stopping.signal)
  .finally(() => clearInterval(awake))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const stopped =
        stoppedBy && stoppedBy in signals ? signals[stoppedBy as keyof typeof signals] : undefined;
      say(`tavora-eval: ${stopped ? 'Stopped.' : reasonOf(error)}`);
      process.exitCode = stopped ?? 2;
    },
  );
