import type * as vscode from 'vscode';
import type { TavoraClient } from '../../client';
import { ApiError } from '../../client';
import type { Manifest } from '../../protocol';
import { PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';

/** An agent that stands on the server for a while. */
interface Scratch {
  server: string;
  project: string;
  localId: string;
}

const key = 'tavora.scratchAgents';

/**
 * Agents that stand on the server while something is tried, beside the person's own, whose draft stays as it is.
 * Each is in a code-first project of its own name, so that every server keeps it apart and deletes nothing else.
 * What could not be deleted at the end, such as by a window that was closed, is remembered: it is deleted when its server
 * is connected again, and before the next one is made. One object a window, which knows what is in use.
 */
export class ScratchAgents implements vscode.Disposable {
  private readonly connected: vscode.Disposable;
  /** Projects of those in use, which are not to be tidied away. */
  private readonly inUse = new Set<string>();
  private tidying: Promise<void> | undefined;

  constructor(private readonly services: Pick<Services, 'context' | 'connection' | 'log'>) {
    this.connected = services.connection.onDidChange(() => void this.tidyConnected());
  }

  dispose(): void {
    this.connected.dispose();
  }

  /**
   * Makes an agent of a manifest, has it used, and deletes it whatever came of that.
   * @param manifest carries one agent; its project's name is one that nothing else has
   * @param use gets the server's id of the agent
   * @throws PoliteError when the server does not make it; what `use` throws.
   */
  async with<T>(
    client: TavoraClient,
    manifest: Manifest,
    use: (agentId: string) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const localId = manifest.agents[0]?.id ?? '';
    const scratch = { server: this.server, project: manifest.project, localId };
    this.inUse.add(scratch.project);
    try {
      await this.remember([...this.remembered, scratch]);
      const { agents } = await client.source.sync(manifest, { signal });
      const [made] = agents;
      if (!made) {
        throw new PoliteError(`The server took the source of ${localId} but says nothing of an agent.`);
      }
      return await use(made.agentId);
    } finally {
      await this.remove(client, scratch);
      this.inUse.delete(scratch.project);
    }
  }

  /** Deletes what an earlier use has left on the chosen server. */
  async tidy(client: TavoraClient): Promise<void> {
    for (const scratch of this.left) {
      await this.remove(client, scratch);
    }
  }

  /** Nobody waits for it, and nothing is started for it. */
  private async tidyConnected(): Promise<void> {
    const { connection, log } = this.services;
    if (connection.state.kind !== 'connected' || this.left.length === 0 || this.tidying) {
      return;
    }
    this.tidying = connection.client().then((client) => this.tidy(client));
    try {
      await this.tidying;
    } catch (error) {
      log.warn(`What trying a suggestion has left on the server is not deleted yet: ${sentence(error)}`);
    } finally {
      this.tidying = undefined;
    }
  }

  /** What is on the chosen server, and in use no more. */
  private get left(): Scratch[] {
    return this.remembered.filter(
      ({ server, project }) => server === this.server && !this.inUse.has(project),
    );
  }

  private async remove(client: TavoraClient, scratch: Scratch): Promise<void> {
    const { project, localId } = scratch;
    try {
      await client.source.delete({ project, localId, force: true });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) {
        this.services.log.warn(
          `The agent ${localId} of the project "${project}", made to try a suggestion, is still on the server: ${sentence(error)}`,
        );
        return;
      }
    }
    const same = (one: Scratch) => one.server === scratch.server && one.project === project;
    await this.remember(this.remembered.filter((one) => !same(one)));
  }

  private get server(): string {
    const { server } = this.services.connection.state;
    return server.embedded ? server.id : server.origin;
  }

  private get remembered(): Scratch[] {
    return this.services.context.workspaceState.get<Scratch[]>(key, []);
  }

  private async remember(all: readonly Scratch[]): Promise<void> {
    await this.services.context.workspaceState.update(key, all);
  }
}
