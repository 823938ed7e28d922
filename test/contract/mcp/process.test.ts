import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type AgentSession, apiBase, type SyncResult, type Trace } from '../../../src/protocol';
import { manifestOf, sampleFiles } from '../support/manifest';
import { RuntimeProcess } from '../support/process';
import { SmallServer } from './small-server';

describe('MCP: the runtime as it is shipped', () => {
  it('finds a server and its tools with the client that it loads when it first needs it', async () => {
    const data = await mkdtemp(path.join(os.tmpdir(), 'tavora-mcp-'));
    const small = new SmallServer();
    await small.start();
    const runtime = new RuntimeProcess(data);
    try {
      const { url, apiKey } = await runtime.ready();
      const call = async <T>(method: string, pathname: string, body?: unknown): Promise<T> => {
        const answer = await fetch(`${url}${apiBase}${pathname}`, {
          method,
          headers: { 'X-API-Key': apiKey },
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        assert.ok(answer.ok, `${method} ${pathname}: ${answer.status}`);
        return (await answer.json()) as T;
      };
      const mcp = [{ name: 'desk', url: small.url }];
      const config = { id: 'support', name: 'S', model: 'local/rehearsal', skills: ['skills/*'], mcp };
      const files = sampleFiles({ 'agents/support/agent.jsonc': JSON.stringify(config) });
      const manifest = await manifestOf(files);
      const sync = () => call<SyncResult>('PUT', '/source-sync', manifest);
      let synced = await sync();
      // A sync waits 2 s for a server: a machine that pauses for longer has the next one find it.
      while (synced.serverIssues?.some(({ code }) => code === 'mcp-unreachable')) synced = await sync();
      assert.deepEqual(
        synced.serverIssues?.filter(({ code }) => code.startsWith('mcp-')),
        [],
      );
      const body = { agent_id: synced.agents[0]?.agentId, target: 'draft' };
      const { id } = await call<AgentSession>('POST', '/agents', body);
      const { tools } = await call<Trace>('GET', `/studio/${id}`);
      assert.ok(Array.isArray(tools) && tools.includes('desk.look'), JSON.stringify(tools));
    } finally {
      await runtime.kill();
      await small.stop();
      await rm(data, { recursive: true, force: true });
    }
  });
});
