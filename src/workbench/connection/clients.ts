import type * as vscode from 'vscode';
import { TavoraClient } from '../../client';
import { sentence } from '../shared/errors';
import type { Log } from '../shared/log';

/** Where a server answers, and the key it is asked with. */
export interface Endpoint {
  baseUrl: string;
  apiKey: string;
}

/** The clients that are open: one for each server, key and folder. */
export class Clients implements vscode.Disposable {
  private readonly open = new Map<string, TavoraClient>();
  /** How much work is to be finished by each, those among them that are given out no more. */
  private readonly held = new Map<TavoraClient, number>();

  constructor(
    private readonly userAgent: string,
    private readonly log: Log,
  ) {}

  /** @param source the folder that a sync comes from, sent as `X-Tavora-Source` */
  at({ baseUrl, apiKey }: Endpoint, source: string | undefined): TavoraClient {
    const id = JSON.stringify([baseUrl, apiKey, source ?? '']);
    let client = this.open.get(id);
    if (!client) {
      const from = source ? { source } : {};
      client = new TavoraClient({ baseUrl, apiKey, userAgent: this.userAgent, ...from });
      this.open.set(id, client);
    }
    return client;
  }

  /** Does work by a client that `drop` leaves open until then. */
  async during<T>(client: TavoraClient, work: () => Promise<T>): Promise<T> {
    this.held.set(client, (this.held.get(client) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.held.get(client) ?? 1) - 1;
      if (left > 0) {
        this.held.set(client, left);
      } else {
        this.held.delete(client);
        if (![...this.open.values()].includes(client)) this.close(client);
      }
    }
  }

  /** Gives none of them out any more, and closes those by which nothing is to be finished. */
  drop(): void {
    for (const client of this.open.values()) {
      if (!this.held.has(client)) this.close(client);
    }
    this.open.clear();
  }

  dispose(): void {
    for (const client of new Set([...this.open.values(), ...this.held.keys()])) this.close(client);
    this.open.clear();
  }

  private close(client: TavoraClient): void {
    client.close().catch((error) => this.log.warn(`A connection did not close: ${sentence(error)}`));
  }
}
