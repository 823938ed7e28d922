import { type RunStream, TavoraClient } from '../src/client';
import { type AgentProject, buildManifest, loadProject } from '../src/project';
import type { ReadyLine, RunEvent } from '../src/protocol';
import { Runtime, withDataFolder } from './runtime/process';
import { Sample } from './sample';

/** The support sample, staged as a draft on a runtime of its own. */
export class Staged {
  private project: AgentProject | undefined;

  private constructor(
    readonly client: TavoraClient,
    readonly sample: Sample,
    readonly runtime: Runtime,
  ) {}

  /** Starts everything, lets it be used, and ends it. */
  static use<T>(work: (staged: Staged) => Promise<T>): Promise<T> {
    return withDataFolder(async (folder) => {
      const sample = await Sample.copy();
      const runtime = await Runtime.start(folder);
      const client = new TavoraClient({ baseUrl: runtime.ready.url, apiKey: runtime.ready.apiKey });
      try {
        return await work(new Staged(client, sample, runtime));
      } finally {
        await client.close();
        await runtime.stop();
        await sample.remove();
      }
    });
  }

  /** Where its runtime listens, and with which key. */
  get ready(): ReadyLine {
    return this.runtime.ready;
  }

  /** Reads what changed on disk and stages it. @returns the agent's id on the server */
  async sync(): Promise<string> {
    this.project = await loadProject(this.sample.files, this.project);
    const { agents } = await this.client.source.sync(buildManifest(this.project));
    const agent = agents[0];
    if (!agent) throw new Error('The sample has no agent.');
    return agent.agentId;
  }

  /** Opens a session with the draft. @returns its id */
  async open(agentId: string): Promise<string> {
    return (await this.client.sessions.create({ agent_id: agentId, target: 'draft' })).id;
  }
}

/** Reads a run to its end. @throws when it did not end as it should, so that no failure is measured */
export async function finish(stream: RunStream): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of stream) events.push(event);
  const outcome = await stream.outcome;
  if (outcome.kind !== 'done') throw new Error(`The run ended as ${JSON.stringify(outcome)}.`);
  return events;
}
