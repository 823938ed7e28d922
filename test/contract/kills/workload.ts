import { apiBase, type ReadyLine, type RunEvent, type SyncResult } from '../../../src/protocol';
import { deferred } from '../../../src/runtime/agent/deferred';
import { manifestOf, sampleFiles } from '../support/manifest';
import { EventReader } from '../support/server';

const projects = ['north', 'south'] as const;
type Project = (typeof projects)[number];

/** What the server has acknowledged, and must still have after any number of kills. */
export interface Acknowledged {
  /** Number of the source that was staged last. */
  staged: Map<Project, number>;
  /** The newest source that was sent: a server that died over it may have staged it. */
  tried: Map<Project, number>;
  agents: Map<Project, string>;
  versions: { agentId: string; versionId: string }[];
  documents: { id: string; name: string }[];
  /** Each step that was seen, whether or not its run came to its end. */
  runs: { sessionId: string; events: RunEvent[]; done: boolean }[];
  indexId?: string;
}

export function nothing(): Acknowledged {
  return {
    staged: new Map(),
    tried: new Map(),
    agents: new Map(),
    versions: [],
    documents: [],
    runs: [],
  };
}

/** The manifest of a project whose persona carries a number. */
export function sourceOf(project: Project, number: number) {
  return manifestOf(
    sampleFiles({
      'tavora.jsonc': JSON.stringify({ project }),
      'agents/support/agent.jsonc': JSON.stringify({
        id: `support-${project}`,
        name: 'Support',
        model: 'local/rehearsal',
        persona: 'persona.md',
        skills: ['skills/order.js'],
      }),
      'agents/support/persona.md': `You help customers of the shop in the ${project}. Edition ${number}.`,
    }),
  );
}

/** Asks a server for all kinds of changes at once, until it dies, and notes what it acknowledges. */
export class Workload {
  readonly #ready: ReadyLine;
  readonly #done: Acknowledged;
  readonly #firstStep = deferred<void>();
  #stopped = false;

  constructor(ready: ReadyLine, done: Acknowledged) {
    this.#ready = ready;
    this.#done = done;
  }

  /** Settles when a step of a run has been seen. */
  get firstStep(): Promise<void> {
    return this.#firstStep.promise;
  }

  /** Settles once every request has failed or been answered after `stop`. */
  async run(): Promise<void> {
    await Promise.all([
      ...projects.map((project) => this.#again(() => this.#syncAndDeploy(project))),
      ...projects.map((project) => this.#again(() => this.#ask(project))),
      this.#again(() => this.#ingest()),
    ]);
  }

  /** Call before the kill: what fails from now on fails because of it. */
  stop(): void {
    this.#stopped = true;
  }

  async #again(work: () => Promise<void>): Promise<void> {
    while (!this.#stopped) {
      try {
        await work();
      } catch (error) {
        // A request that was cut off by the kill was not acknowledged; any other failure is one.
        if (!this.#stopped) throw error;
      }
      // Also where there is nothing to do yet.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #syncAndDeploy(project: Project): Promise<void> {
    const { staged, tried, agents, versions } = this.#done;
    const number = Math.max(staged.get(project) ?? 0, tried.get(project) ?? 0) + 1;
    const manifest = await sourceOf(project, number);
    tried.set(project, number);
    const synced = await this.#call<SyncResult>('PUT', '/source-sync', manifest);
    staged.set(project, number);
    const agentId = synced.agents[0]?.agentId;
    if (!agentId) throw new Error('The sync named no agent.');
    agents.set(project, agentId);
    if (number % 3 !== 0) return;
    const deployed = await this.#call<{ agents: { agentId: string; versionId: string }[] }>(
      'POST',
      '/source-deploy',
      { project },
    );
    versions.push(...deployed.agents.map(({ versionId }) => ({ agentId, versionId })));
  }

  async #ask(project: Project): Promise<void> {
    const agentId = this.#done.agents.get(project);
    if (!agentId) return;
    const session = await this.#call<{ id: string }>('POST', '/agents', {
      agent_id: agentId,
      target: 'draft',
    });
    const run = { sessionId: session.id, events: [] as RunEvent[], done: false };
    this.#done.runs.push(run);
    const response = await this.#fetch('POST', `/agents/${session.id}/run`, {
      message: 'Look up order A-1001.',
    });
    if (!response.body) throw new Error('The run has no stream.');
    const reader = new EventReader(response.body);
    for (let event = await reader.next(); event; event = await reader.next()) {
      this.#firstStep.resolve();
      if (event.type === 'done') run.done = true;
      else run.events.push(event);
    }
  }

  async #ingest(): Promise<void> {
    const done = this.#done;
    done.indexId ??= (await this.#call<{ id: string }>('POST', '/indexes', { name: 'Handbook' })).id;
    const name = `page-${done.documents.length}.md`;
    const form = new FormData();
    form.set('file', new File([`# Returns\n\nRule ${name}: goods may come back within thirty days.`], name));
    const document = await this.#call<{ id: string }>('POST', `/indexes/${done.indexId}/documents`, form);
    done.documents.push({ id: document.id, name });
  }

  async #call<T>(method: string, path: string, body: unknown): Promise<T> {
    return (await (await this.#fetch(method, path, body)).json()) as T;
  }

  async #fetch(method: string, path: string, body: unknown): Promise<Response> {
    const { url, apiKey } = this.#ready;
    const response = await fetch(`${url}${apiBase}${path}`, {
      method,
      headers: { 'X-API-Key': apiKey },
      body: body instanceof FormData ? body : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
