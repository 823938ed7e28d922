import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import { type FaultServer, startFaultServer } from '../../fixtures/servers';
import { until } from '../support/api';
import { askInChat, askingSkill, questionIn } from '../support/chat';
import { desk } from '../support/desk';
import { type Press, presses } from '../support/messages';
import { askingReplay } from '../support/replay';
import { forgetServers } from '../support/servers';

const wait = 'Wait until It Is Done';
const now = 'Switch Now';

describe('Another server chosen while something goes on', function () {
  this.timeout(60_000);

  const here = desk('underway');
  let away: FaultServer;

  before(async () => {
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    const body = { id: 'p', name: 'P', created_at: '', updated_at: '' };
    away = await startFaultServer({ kind: 'answer', body });
    await here.api.connection.profiles.save({ id: 'away', label: 'Away', url: away.url });
    await here.api.connection.keys.set(away.url, 'tvr_away');
  });
  after(async () => {
    await here.api.chat.chat.begin();
    await forgetServers(here.api, away);
    await away.close();
  });
  beforeEach(() => here.api.connection.choose('embedded'));

  const chosen = () => here.api.connection.state.server.id;
  const question = () => here.messages.find(/^Switch to Away and break off what goes on here\?$/);
  const choose = (press: Press) => {
    here.person(press, ['Away']);
    return vscode.commands.executeCommand('tavora.connect');
  };
  const stored = async (id: string) => (await (await here.api.connection.client()).sessions.get(id)).session;

  describe('in the studio', () => {
    let sessionId = '';

    before(async () => {
      sessionId = await askInChat(here.api, here.made, 'Hello');
    });

    /** A replay that waits for the answer to its question. */
    const replay = async () => {
      const { panel, replayId: id, requestId } = await askingReplay(here.api, sessionId);
      const answer = () => panel.handle({ type: 'answer', sessionId: id, requestId, value: true });
      return { panel, id, answer };
    };

    it('is asked about with its replay, which goes on when the person stays', async () => {
      const { panel, id, answer } = await replay();
      await choose(presses());
      assert.equal(
        question()?.detail,
        'Greeter is still working in a replay. Its run ends then; what was done until then is kept in its trace.',
      );
      assert.equal(chosen(), 'embedded');
      await answer();
      await until('it has ended', () => panel.lastReplay?.phase === 'ended');
      assert.equal((await stored(id)).status, 'completed');
      await choose(presses());
      assert.equal(question(), undefined);
      assert.equal(chosen(), 'away');
    });

    it('ends the replay before, on the record and on the page, when the person says so', async () => {
      const { panel, id } = await replay();
      await choose(presses(now));
      assert.equal(chosen(), 'away');
      assert.equal(panel.lastReplay?.phase, 'ended');
      assert.equal(panel.lastReplay?.trace?.session.status, 'cancelled');
      await here.api.connection.choose('embedded');
      assert.equal((await stored(id)).status, 'cancelled');
    });

    it('is asked about with all that goes on in one question, and ends all of it when the person says so', async () => {
      const { chat } = here.api.chat;
      const run = chat.send('Greet Cleo');
      await until('it asks', () => questionIn(chat));
      const chatId = chat.sessionId ?? '';
      const { panel, id } = await replay();
      await choose(presses(now));
      await run;
      assert.equal(here.messages.shown.filter(({ buttons }) => buttons.includes(now)).length, 1);
      assert.deepEqual(
        question()
          ?.detail.split('\n\n')
          .map((text) => text.split('. ')[0]),
        ['Greeter is still working in the chat', 'Greeter is still working in a replay'],
      );
      assert.equal(panel.lastReplay?.phase, 'ended');
      await here.api.connection.choose('embedded');
      assert.deepEqual(
        [(await stored(id)).status, (await stored(chatId)).status],
        ['cancelled', 'cancelled'],
      );
    });

    it('is chosen once the replay is done when the person waits', async () => {
      const { id, answer } = await replay();
      const choosing = choose(presses(wait));
      await until('the person was asked', question);
      assert.equal(chosen(), 'embedded');
      await answer();
      await choosing;
      assert.equal(chosen(), 'away');
      await here.api.connection.choose('embedded');
      assert.equal((await stored(id)).status, 'completed');
    });
  });

  describe('in a skill that runs by itself', () => {
    const ask = vscode.window.showQuickPick;
    afterEach(() => {
      Object.assign(vscode.window, { showQuickPick: ask });
    });

    /** A skill that waits for the answer to its question. */
    const runSkill = async () => {
      let give: ((answer: unknown) => void) | undefined;
      const listen = (_items: unknown, _options: unknown, token: vscode.CancellationToken) =>
        new Promise((resolve) => {
          give = resolve;
          token.onCancellationRequested(() => resolve(undefined));
        });
      Object.assign(vscode.window, { showQuickPick: listen });
      const project = here.made.now;
      const agent = project.agent('greeter');
      const skill = agent?.skills.find(({ name }) => name === 'greet');
      assert.ok(agent && skill);
      const run = here.api.runSkill.run({ project, agent, skill }, { args: [{ name: 'Ada' }] });
      const settled = Promise.allSettled([run]);
      const yes = await until('it asks', () => give);
      return { settled, yes: () => yes({ label: 'Yes', value: true }) };
    };

    it('is chosen once the skill is done when the person waits', async () => {
      const { settled, yes } = await runSkill();
      const choosing = choose(presses(wait));
      const asked = await until('the person was asked', question);
      assert.match(asked.detail, /^The skill greet is still running\. It stops then; /);
      assert.equal(chosen(), 'embedded');
      yes();
      const [outcome] = await settled;
      assert.equal(outcome.status === 'fulfilled' && outcome.value.result?.value, 'Hello, Ada!');
      await choosing;
      assert.equal(chosen(), 'away');
    });

    it('stops the skill, with its question, when the person says so', async () => {
      const { settled } = await runSkill();
      await choose(presses(now));
      const [outcome] = await settled;
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof vscode.CancellationError);
      assert.equal(chosen(), 'away');
    });
  });

  describe('in the debugger', () => {
    let said: string[] = [];
    let tracking: vscode.Disposable;

    before(() => {
      tracking = vscode.debug.registerDebugAdapterTrackerFactory('tavora', {
        createDebugAdapterTracker: () => {
          said = [];
          return {
            onDidSendMessage: ({ event, body }: DebugProtocol.Event) => {
              if (event === 'output') said.push(String(body.output));
              else if (event) said.push(event);
            },
          };
        },
      });
    });
    after(() => tracking.dispose());
    afterEach(async () => {
      await vscode.debug.stopDebugging();
      await until('the debug session has ended', () => !vscode.debug.activeDebugSession);
    });

    /** A debug session that stands still at the first step. */
    const debug = async () => {
      const config = {
        project: here.made.folder.fsPath,
        agent: 'greeter',
        input: 'Greet Ada',
        stopOnEntry: true,
      };
      const name = 'Greet';
      assert.ok(
        await vscode.debug.startDebugging(undefined, { type: 'tavora', request: 'launch', name, ...config }),
      );
      await until('it stands still', () => said.includes('stopped'));
      const [newest] = await (await here.api.connection.client()).sessions.list({ limit: 1 });
      return newest?.id ?? '';
    };

    it('is asked about with the debug session, which goes on when the person stays', async () => {
      const id = await debug();
      await choose(presses());
      assert.match(question()?.detail ?? '', /^The debug session “Greet” is still live\. It ends then, /);
      assert.equal(chosen(), 'embedded');
      assert.equal(vscode.debug.activeDebugSession?.name, 'Greet');
      assert.equal((await stored(id)).status, 'running');
    });

    it('ends the debug session and its run before, and says why, when the person says so', async () => {
      const id = await debug();
      await choose(presses(now));
      assert.equal(chosen(), 'away');
      await until('the debug session has ended', () => !vscode.debug.activeDebugSession);
      assert.ok(
        said.includes('The debug session has ended, because its server is left.\n'),
        said.join(' | '),
      );
      await here.api.connection.choose('embedded');
      assert.equal((await stored(id)).status, 'cancelled');
    });

    it('is chosen once the person has stopped the debug session when they wait', async () => {
      const id = await debug();
      const choosing = choose(presses(wait));
      await until('the person was asked', question);
      await vscode.debug.stopDebugging();
      await choosing;
      assert.equal(chosen(), 'away');
      await here.api.connection.choose('embedded');
      assert.equal((await stored(id)).status, 'cancelled');
    });

    /** A debug session that shows what was recorded, at its first step. */
    const look = async (name: string) => {
      const session = await askInChat(here.api, here.made, 'Hello');
      said = [];
      const config = { type: 'tavora', request: 'launch', name, session };
      assert.ok(await vscode.debug.startDebugging(undefined, config));
      await until('it stands still', () => said.includes('stopped'));
    };

    it('is asked about with a recording that is looked at, which stays when the person stays', async () => {
      await look('Looking');
      await choose(presses());
      assert.equal(
        question()?.detail,
        'The debug session “Looking” still shows what this server has recorded. It ends then; the recording is kept in the Sessions view.',
      );
      assert.equal(chosen(), 'embedded');
      assert.equal(vscode.debug.activeDebugSession?.name, 'Looking');
    });

    it('ends what a recording shows before, and says why, when the person says so', async () => {
      await look('Looking');
      await choose(presses(now));
      assert.equal(chosen(), 'away');
      await until('the debug session has ended', () => !vscode.debug.activeDebugSession);
      assert.ok(
        said.includes('The debug session has ended, because its server is left.\n'),
        said.join(' | '),
      );
    });
  });
});
