import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { version } from '../../package.json';
import type { ReadyLine } from '../protocol';
import { Inputs } from './agent/inputs';
import { Runs } from './agent/runs';
import { WarmUp } from './agent/warm-up';
import { Web } from './agent/web';
import { createApp } from './app';
import { Audit } from './audit';
import { Keys, newKeyText } from './auth/keys';
import { Debuggers } from './debug';
import { EvalRuns } from './evals/runs';
import { dropRest } from './http/drop-rest';
import { type Embedder, KnowledgeBase } from './knowledge';
import { type Limits, limitsWith, ModelPrices } from './limits';
import { lockFolder } from './lock';
import type { Log } from './log';
import { type McpPatience, McpServers } from './mcp';
import type { OfferedModels } from './models/offered';
import type { ModelRouter } from './models/types';
import { AllowedHosts } from './net/allowed-hosts';
import { isOnNetwork } from './network-drive';
import { Retention } from './retention';
import { SandboxPool } from './sandbox';
import { type Clock, systemClock } from './schedule/clock';
import { Scheduler } from './schedule/scheduler';
import { ProjectSettings } from './settings/project-settings';
import { SkillRuns } from './skill-run';
import { LoadedAgents } from './source/loaded';
import { openStore, type Store } from './store';
import { type KeyRing, ProjectSecrets, type Secrets, Vaults } from './vault';

export interface RuntimeOptions {
  /** Absolute path of the data folder. */
  data: string;
  /** 0 lets the system choose. */
  port: number;
  host: string;
  /** Made anew when left out. */
  apiKey?: string;
  /** `sandbox-worker.js`. */
  workerFile: string;
  /** Makes the models, which read their keys from the secrets. */
  models(secrets: Secrets): ModelRouter;
  log: Log;
  /** What secrets are sealed with; left out, vaults answer 503. */
  keyRing?: KeyRing;
  /** How long MCP servers are waited for. */
  mcpPatience?: Partial<McpPatience>;
  /** Hosts that scripts may call; see `Web`. */
  fetchAllow?: readonly string[];
  /** Those left out are as `limits/bounds.ts` has them. */
  limits?: Partial<Limits>;
  /** Rehearse a run once the runtime is ready, so that the first of a person is as quick as the others. */
  warmUp?: boolean;
  /** What models cost, for the limit of a run's cost; left out, no model has a known price. */
  prices?: ModelPrices;
  /** What agents may name; the router's own models when it is left out. */
  offered?(secrets: Secrets): OfferedModels;
  /** Model that documents are searched by; left out, search goes by words only. */
  embedder?(secrets: Secrets): Embedder | undefined;
  /** Model that judges evals in place of the agents' own. */
  judgeModel?: string;
  /** Longest time of one eval case, in milliseconds. */
  evalTimeoutMs?: number;
  /** How long a deployment waits for its evals, in milliseconds. */
  gateWaitMs?: number;
  /** The time that schedules go by. */
  clock?: Clock;
}

export interface Runtime {
  ready: ReadyLine;
  /** Stops runs, marking their sessions, closes connections and the database. */
  close(): Promise<void>;
}

/** How long a shutdown waits for clients to read what they were sent. */
const drainMs = 1_000;

/** Another program listens there. */
export class PortTaken extends Error {
  constructor(host: string, port: number) {
    super(`The port ${port} of ${host} is taken. Choose another with --port, or 0 for any that is free.`);
    this.name = 'PortTaken';
  }
}

/**
 * Starts a runtime: takes the data folder, brings its database up to date, marks what a dead process left
 * running, and listens.
 * @throws FolderInUse, PortTaken, or what listening or the database throws; nothing is left open then.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { data } = options;
  const unlock = lockFolder(data);
  const sandboxes = new SandboxPool({ workerFile: options.workerFile });
  let store: Store | undefined;
  try {
    store = await openStore(data);
    return await listen(options, store, sandboxes, unlock);
  } catch (error) {
    await sandboxes.close();
    await store?.close();
    unlock();
    throw error;
  }
}

async function listen(
  options: RuntimeOptions,
  store: Store,
  sandboxes: SandboxPool,
  unlock: () => void,
): Promise<Runtime> {
  const { log, host, keyRing: ring } = options;
  const project = await store.projects.ensure('local', 'Local', 'Everything that this runtime keeps.');
  const interrupted = await store.sessions.markInterrupted();
  if (interrupted > 0) log.warn(`${interrupted} sessions were running when the last process died`);
  if (isOnNetwork(options.data)) {
    log.warn(
      `${options.data} is on another machine, where a lock may not hold: keep it on a disk of this one`,
    );
  }
  const projectId = project.id;
  const audit = new Audit(store, projectId);
  const secrets = new ProjectSecrets(store, projectId, ring);
  const vaults = new Vaults({ store, audit, projectId, secrets, ring, log });
  await vaults.unlock();
  const models = options.models(secrets);
  const embedder = options.embedder?.(secrets);
  const offered = options.offered?.(secrets) ?? { list: async () => models.list().map(({ id }) => id) };
  const ids = models.list().map(({ id }) => id);
  log.debug(`models: ${ids.join(', ')}`);
  const hosts = new AllowedHosts(options.fetchAllow ?? []);
  const settings = new ProjectSettings({ store, audit, projectId, hosts });
  await settings.load();
  const mcp = new McpServers({ secrets, hosts, patience: options.mcpPatience });
  const loaded = new LoadedAgents(store);
  const inputs = new Inputs();
  const web = new Web({ allow: hosts });
  const limits = limitsWith(options.limits);
  const prices = options.prices ?? ModelPrices.read();
  const debuggers = new Debuggers(store);
  const knowledge = new KnowledgeBase({
    store,
    audit,
    projectId: project.id,
    data: options.data,
    bundles: path.dirname(options.workerFile),
    embedder,
    log,
  });
  const runs = new Runs({
    store,
    loaded,
    models,
    mcp,
    sandboxes,
    inputs,
    web,
    knowledge: knowledge.forScripts,
    limits,
    prices,
    debuggers,
    log,
  });
  const forScripts = { knowledge: knowledge.forScripts, models, web, inputs };
  const skillRuns = new SkillRuns({ ...forScripts, sandboxes, limits, prices, mcp, log });
  const clock = options.clock ?? systemClock;
  const schedules = new Scheduler({ store, runs, audit, projectId, log, clock });
  const evals = new EvalRuns({
    store,
    loaded,
    models,
    runs,
    inputs,
    audit,
    prices,
    projectId,
    log,
    embedder,
    judgeModel: options.judgeModel,
    caseTimeoutMs: options.evalTimeoutMs,
    gateWaitMs: options.gateWaitMs,
  });
  await evals.failInterrupted();
  const apiKey = options.apiKey ?? newKeyText();
  const keys = await Keys.open(store, project.id, apiKey);
  let port: number | undefined;
  const app = createApp(
    {
      project,
      projectId: project.id,
      store,
      audit,
      keys,
      vaults,
      settings,
      loaded,
      models,
      offered,
      mcp,
      inputs,
      runs,
      sandboxes,
      debuggers,
      skillRuns,
      evals,
      schedules,
      clock,
      knowledge,
      limits,
      prices,
      log,
    },
    { host, port: () => port },
  );
  // The library would cut a connection whose body is not read for half a second after the answer.
  const listener = getRequestListener(app.fetch, { autoCleanupIncoming: false });
  const server = createServer((incoming, outgoing) => {
    outgoing.once('finish', () => dropRest(incoming));
    void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTaken(host, options.port) : error);
    });
    server.listen(options.port, host, resolve);
  });
  port = (server.address() as AddressInfo).port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  log.info(`listening on ${url}, data in ${options.data}`);
  schedules.changed();
  const retention = new Retention({ store, audit, limits, clock, log });
  void knowledge.resume().catch((error: unknown) => log.error('Reading documents could not go on', error));
  const shared = { mcp, sandboxes, inputs, web, knowledge: knowledge.forScripts, limits, prices, log };
  let closing = false;
  const warmUp = new WarmUp(shared);
  const warmed = sandboxes
    .warm()
    .then(() => (options.warmUp ? warmUp.run() : undefined))
    .catch((error: unknown) => {
      if (!closing) log.error('The first run could not be prepared', error);
    });
  return {
    ready: { url, apiKey, pid: process.pid, version },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closing = true;
      await warmUp.cancel();
      await retention.close();
      await schedules.close();
      await evals.close();
      await Promise.all([runs.close(), skillRuns.close()]);
      debuggers.close();
      await schedules.settled();
      await drain(server, closed);
      await knowledge.close();
      await sandboxes.close();
      await warmed;
      await store.close();
      unlock();
      log.info('closed');
    },
  };
}

/** Lets clients read the ends of their streams, but not for ever. */
async function drain(server: Server, closed: Promise<void>): Promise<void> {
  const idle = setInterval(() => server.closeIdleConnections(), 10);
  const last = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(idle);
  clearTimeout(last);
}
