import assert from 'node:assert/strict';
import type { TavoraClient } from '../../../src/client';
import { knownTools, toolsOf } from '../../../src/workbench/language/mcp-tools';

describe('Tools of MCP servers in a trace', () => {
  it('are told apart by their server', () => {
    const found = toolsOf({
      tool_details: [
        { type: 'mcp', name: 'crm.note', description: 'Writes.', parameters: { type: 'object' } },
        { type: 'mcp', name: 'crm.find.all', description: 'Finds.' },
        { type: 'mcp', name: 'mail.send', description: 'Sends.' },
      ],
    });
    assert.deepEqual(
      [...found].map(([server, tools]) => [server, tools.map(({ name }) => name)]),
      [
        ['crm', ['note', 'find.all']],
        ['mail', ['send']],
      ],
    );
  });

  it('leave out everything that is no tool', () => {
    const strange = [{ type: 'mcp' }, { type: 'mcp', name: 3 }, { type: 'mcp', name: '.x' }, { name: 'a.b' }];
    assert.equal(toolsOf({ tool_details: strange }).size, 0);
    assert.equal(toolsOf({}).size, 0);
  });

  it('come from the newest session of each agent, and nothing is asked without one', async () => {
    const asked: string[] = [];
    const client = {
      sessions: {
        list: async () => [
          { id: 'new', metadata: { agent_id: 'a' } },
          { id: 'old', metadata: { agent_id: 'a' } },
          { id: 'other', metadata: { agent_id: 'b' } },
          { id: 'none', metadata: null },
        ],
      },
      studio: {
        trace: async (id: string) => {
          asked.push(id);
          return { tool_details: [{ type: 'mcp', name: 'crm.note' }] };
        },
      },
    } as unknown as TavoraClient;
    const call = { signal: new AbortController().signal, timeoutMs: 1000 };
    const tools = await knownTools(client, new Set(['a']), call);
    assert.deepEqual([...tools.keys()], ['crm']);
    assert.deepEqual(asked, ['new']);
    assert.equal((await knownTools(client, new Set(), call)).size, 0);
    assert.deepEqual(asked, ['new']);
  });
});
