import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { type Fault, type FaultServer, type Received, startFaultServer } from '../../fixtures/servers';
import { activated, closeEditors, until } from '../support/api';
import { forgetServers, workOn } from '../support/servers';
import { Desk, labelOf } from './desk';

const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };

/** What a server says that knows an index, a secret and the tools of an MCP server. */
const answers: Record<string, unknown> = {
  '/project': { id: 'p', name: 'P', ...times },
  '/agent-configs': [
    {
      id: 'agent-1',
      name: 'Greeter',
      code_first_project: 'knowing',
      code_first_local_id: 'greeter',
      ...times,
    },
  ],
  '/source-validate': { issues: [] },
  '/source-diff': { inSync: true, paths: [] },
  '/indexes': { indexes: [{ id: 'i', name: 'visitors', description: 'Who was here.', ...times }] },
  '/secret-vaults': { secret_vaults: [{ id: 'v', name: 'main', ...times }] },
  '/secret-vaults/v/secrets': { secrets: [{ vault_id: 'v', name: 'crm_login', ...times }] },
  '/agents': { sessions: [{ id: 's1', status: 'completed', metadata: { agent_id: 'agent-1' }, ...times }] },
  '/studio/s1': {
    session: { id: 's1', status: 'completed', metadata: { agent_id: 'agent-1' }, ...times },
    steps: [],
    system_prompt: '',
    tool_details: [
      {
        name: 'crm.note',
        type: 'mcp',
        description: 'Writes a note.',
        parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      },
      { name: 'search', type: 'primitive', description: '' },
    ],
  },
};

describe('Language: a connected server', () => {
  let api: TestApi;
  let desk: Desk;
  let server: FaultServer;
  let silent = false;

  before(async () => {
    api = await activated();
    desk = await Desk.open(api, 'knowing');
    const answer = ({ path }: Received): Fault => {
      const [name = ''] = path.replace(/^.*\/api\/sdk/, '').split('?');
      return Object.hasOwn(answers, name) && !(silent && name !== '/project')
        ? { kind: 'answer', body: answers[name] }
        : { kind: 'answer', status: 404, body: { message: 'no such path', code: 'NOT_FOUND' } };
    };
    server = await startFaultServer(answer);
    await workOn(api, 'Knowing', server);
  });
  afterEach(closeEditors);
  after(async () => {
    await forgetServers(api, server);
    await server.close();
    await desk.close();
  });

  const labels = async (file: string, marked: string) =>
    (await desk.completions(await desk.typing(file, marked))).map(labelOf);

  it('is not asked before somebody connects to it', async () => {
    const asked = server.requests.length;
    await labels('skills/welcome.js', "return search('x', { index: '‸' });");
    await api.language.server.settled();
    assert.equal(server.requests.length, asked);
  });

  it('adds its indexes, and the names of its secrets', async () => {
    await api.connection.client();
    await until('its index is offered', async () =>
      (await labels('skills/welcome.js', "return search('x', { index: '‸' });")).includes('visitors'),
    );
    const auth =
      '{ "id": "greeter", "mcp": [{ "name": "crm", "auth": { "type": "bearer", "tokenRef": "‸" } }] }';
    assert.ok((await labels('agent.jsonc', auth)).includes('crm_login'));
  });

  it('adds the tools of MCP servers with their parameters', async () => {
    await api.connection.client();
    await until('the tool is offered', async () => {
      return (await labels('skills/welcome.js', "return require('crm').‸;")).includes('note');
    });
    assert.ok((await labels('skills/welcome.js', "return require('crm').note({ ‸ });")).includes('text'));
    const place = await desk.typing('skills/welcome.js', "return require('crm').no‸te({});");
    assert.match(await desk.hover(place), /note\(\{ text: string \}\)/);
  });

  it('that says nothing takes nothing away', async () => {
    silent = true;
    api.connection.reset();
    await api.connection.client();
    await api.language.server.settled();
    const found = await labels('skills/welcome.js', "return search('x', { index: '‸' });");
    assert.ok(found.includes('guests') && !found.includes('visitors'), found.join());
    assert.match(await desk.hover(await desk.at('agent.jsonc', '"gue‸sts"')), /An index of the server/);
  });

  it('leads from the name of an MCP server to its entry alone', async () => {
    const { uri, position } = await desk.at('skills/welcome.js', "'cr‸m'");
    const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      uri,
      position,
    );
    const lines = found.map((one) => ('uri' in one ? one.range : one.targetRange).start.line + 1);
    assert.deepEqual(lines, [9]);
  });
});
