import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { AgentSession, AgentStep, Issue, RunEvent, SyncResult, Trace } from '../../../src/protocol';
import { takeKeyRing } from '../../../src/runtime/vault';
import { manifestOf, sampleFiles } from '../support/manifest';
import { Server } from '../support/server';

export interface ServerConfig {
  name?: string;
  url: string;
  transport?: 'streamable_http' | 'sse';
  auth?: Record<string, string>;
}

/** A runtime with an agent whose config names MCP servers, and a vault for what they want. */
export class McpBench {
  readonly server = new Server();
  agentId = '';
  issues: Issue[] = [];
  #vaultId = '';

  /** @param patience short where a server is silent; a busy machine would be taken for one elsewhere */
  async start(patience: { connect?: number; call?: number } = {}): Promise<void> {
    const keyRing = takeKeyRing({ TAVORA_SECRET_KEK: randomBytes(32).toString('base64') });
    await this.server.start({ keyRing, mcpPatience: { connect: 60_000, check: 60_000, ...patience } });
    const { body } = await this.server.json<{ id: string }>('POST', '/secret-vaults', { name: 'Keys' });
    this.#vaultId = body.id;
    await this.server.json('PUT', '/project/vault', { vault_id: body.id });
  }

  async secret(name: string, value: string): Promise<void> {
    const path = `/secret-vaults/${this.#vaultId}/secrets/${name}`;
    assert.equal((await this.server.json('PUT', path, { value })).status, 200);
  }

  /** Syncs an agent with these servers; `issues` is then what the runtime says of them. */
  async sync(mcp: ServerConfig[], env: Record<string, string> = {}): Promise<void> {
    const config = {
      id: 'support',
      name: 'Support',
      model: 'test/scripted',
      persona: 'persona.md',
      skills: ['skills/*'],
      mcp: mcp.map((one) => ({ name: 'desk', ...one })),
      env,
    };
    const files = sampleFiles({ 'agents/support/agent.jsonc': JSON.stringify(config, null, 2) });
    const { status, body } = await this.server.json<SyncResult>(
      'PUT',
      '/source-sync',
      await manifestOf(files),
    );
    assert.equal(status, 200, JSON.stringify(body));
    this.agentId = body.agents[0]?.agentId ?? '';
    this.issues = body.serverIssues ?? [];
  }

  async newSession(): Promise<string> {
    const body = { agent_id: this.agentId, target: 'draft' };
    const created = await this.server.json<AgentSession>('POST', '/agents', body);
    assert.equal(created.status, 201);
    return created.body.id;
  }

  /** Runs blocks, one a step. @returns the results of the blocks and everything that was streamed. */
  async run(...blocks: string[]): Promise<{ id: string; results: RunEvent[]; events: RunEvent[] }> {
    const id = await this.newSession();
    this.server.model.says(...blocks.map((source) => `\`\`\`js\n${source}\n\`\`\``), 'Done.');
    const events = await this.server.run(id, 'Go.');
    assert.equal(events.at(-1)?.type, 'done', JSON.stringify(events.at(-1)));
    return { id, results: events.filter(({ type }) => type === 'execute_js_result'), events };
  }

  /** Runs one block. @returns what it gave. */
  async value(source: string): Promise<unknown> {
    const { results } = await this.run(source);
    assert.equal(results[0]?.args?.ok, true, results[0]?.content ?? '');
    return results[0]?.result;
  }

  /** Runs one block that throws. @returns the error's message. */
  async failure(source: string): Promise<string> {
    const { results } = await this.run(source);
    const error = results[0]?.args?.error as { message?: string } | undefined;
    assert.ok(error?.message, JSON.stringify(results[0]));
    return error.message;
  }

  async steps(id: string): Promise<AgentStep[]> {
    return (await this.server.json<{ steps: AgentStep[] }>('GET', `/agents/${id}`)).body.steps;
  }

  async trace(id: string): Promise<Trace> {
    return (await this.server.json<Trace>('GET', `/studio/${id}`)).body;
  }
}
