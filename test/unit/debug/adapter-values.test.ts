import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Trace } from '../../../src/protocol';
import { Debugging } from './adapter';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;

describe('texts of the debug adapter', () => {
  const debug = new Debugging();

  /** The prompt of the last session, as its trace has it. */
  async function prompt(): Promise<string> {
    const { body } = await debug.server.json<{ sessions: { id: string }[] }>('GET', '/agents');
    const trace = await debug.server.json<Trace>('GET', `/studio/${body.sessions[0]?.id}`);
    return trace.body.system_prompt ?? '';
  }

  async function row(scope: string, name: string): Promise<DebugProtocol.Variable> {
    const { id: frameId = 0 } = (await debug.frames())[0] ?? {};
    const { scopes } = (await debug.client.scopesRequest({ frameId })).body;
    const { variablesReference = 0 } = scopes.find((one) => one.name === scope) ?? {};
    const { variables } = (await debug.client.variablesRequest({ variablesReference })).body;
    const found = variables.find((one) => one.name === name);
    assert.ok(found, variables.map((one) => one.name).join());
    return found;
  }

  const locate = async (locationReference: number) =>
    (await debug.client.customRequest('locations', { locationReference })) as DebugProtocol.LocationsResponse;

  it('are cut in a row, and whole where they are copied, watched, hovered over and opened', async () => {
    const persona = 'You help customers of a shop with their orders.\n'.repeat(9);
    debug.editor.files = { ...debug.editor.files, 'agents/support/persona.md': persona };
    debug.server.model.says('Hello.');
    await debug.start({ input: 'Hi' });
    const whole = await prompt();
    assert.ok(whole.includes(persona.trim()), whole);
    const { value, evaluateName = '', valueLocationReference = 0 } = await row('Turn', 'prompt');
    assert.equal(value.length, 200);
    assert.equal(await debug.evaluate(evaluateName, 0, 'clipboard'), whole);
    for (const context of ['watch', 'repl', 'hover']) {
      assert.equal(await debug.evaluate('prompt', 0, context), JSON.stringify(whole), context);
    }
    const { source, line } = (await locate(valueLocationReference)).body ?? {};
    assert.equal(source?.name, 'prompt.md');
    assert.equal(line, 1);
    const sourceReference = source?.sourceReference ?? 0;
    const opened = await debug.client.sourceRequest({ source, sourceReference });
    assert.equal(opened.body.content, whole);
    assert.equal((await row('Turn', 'answer')).valueLocationReference, undefined);
    await debug.go('stepBack');
    await assert.rejects(locate(valueLocationReference), /not known any more/);
  });

  it('are copied from messages and from the arguments of a call, as the call has them', async () => {
    debug.server.model.says(block("require('refund')({ id: 'A-1' }).refunded"), 'Refunded.');
    await debug.start({ input: 'Refund A-1' }, { filters: ['input'] });
    const { evaluateName = '' } = await row('Call', 'args');
    assert.equal(await debug.evaluate(evaluateName, 0, 'clipboard'), '[\n  "Refund A-1?"\n]');
    // The skill's own name of the same text is another thing.
    assert.equal(await debug.evaluate('args', 0, 'clipboard'), '{\n  "id": "A-1"\n}');
    assert.equal((await debug.evaluate("'é'.repeat(5000)")).length, 5002);
    await debug.go('continue');
    assert.equal(await debug.evaluate('messages[0].content', 0, 'clipboard'), 'Refund A-1');
    await assert.rejects(debug.evaluate('messages[99]', 0, 'clipboard'), /messages/);
  });
});
