import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { inputRequestOf } from '../../../src/protocol';
import { until } from '../support/api';
import { askInChat, askingSkill } from '../support/chat';
import { desk } from '../support/desk';
import { presses } from '../support/messages';

describe('A replay that asks something', () => {
  const here = desk('asking-replay');
  let sessionId = '';

  before(async () => {
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    sessionId = await askInChat(here.api, here.made, 'Hello');
  });
  after(() => here.api.chat.chat.begin());

  const open = async () => {
    await vscode.commands.executeCommand('tavora.openStudio', sessionId);
    return await until('the trace is read', () => {
      const panel = here.api.studio.panel(sessionId);
      return panel?.lastTrace ? panel : undefined;
    });
  };
  type Panel = Awaited<ReturnType<typeof open>>;
  const question = async (panel: Panel) =>
    await until('the replay asks', () => {
      const { trace } = panel.lastReplay ?? {};
      return trace?.session.status === 'waiting' ? inputRequestOf(trace.steps.at(-1)?.tool_args) : undefined;
    });
  const answer = async (panel: Panel) => {
    const { request_id: requestId } = await question(panel);
    await panel.handle({ type: 'answer', sessionId: panel.lastReplay?.id ?? '', requestId, value: true });
    await until('it has ended', () => panel.lastReplay?.phase === 'ended');
  };

  it('says so while its trace is hidden, and leads to it', async () => {
    const panel = await open();
    let press = (_label: string | undefined) => {};
    const { messages } = here.person(async ({ buttons }) =>
      buttons.includes('Answer')
        ? await new Promise<string | undefined>((resolve) => {
            press = resolve;
          })
        : undefined,
    );
    await vscode.commands.executeCommand('vscode.open', here.made.uri('tavora.jsonc'));
    await until('the trace is hidden', () => !panel.panel.visible);
    panel.replayFrom({ fromStep: 0, message: 'Greet Bob' });
    await question(panel);
    const said = await until('it is said', () => messages.find(/ asks in a replay: Greet Bob\?$/));
    assert.deepEqual(said.buttons, ['Answer']);
    press('Answer');
    await until('the trace is shown', () => panel.panel.visible);
    await answer(panel);
  });

  it('says nothing while its trace is seen', async () => {
    const panel = await open();
    const { messages } = here.person(presses());
    panel.replayFrom({ fromStep: 0, message: 'Greet Bob' });
    await answer(panel);
    assert.deepEqual(messages.shown, []);
  });
});
