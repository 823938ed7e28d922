import assert from 'node:assert/strict';
import { until } from '../support/api';
import { askingSkill, chatDesk, questionIn } from '../support/chat';

describe('A conversation that goes on elsewhere', () => {
  const { here, chat, ending, said } = chatDesk('elsewhere');
  let sessionId = '';

  beforeEach(async () => {
    await chat().send('Greet Ada');
    sessionId = chat().sessionId ?? '';
  });

  const answers = () =>
    chat().entries.flatMap((entry) =>
      entry.kind === 'step' && entry.step.step_type === 'response' ? [entry.step.content] : [],
    );
  /** Says something as another window does, or any client of the API. */
  const sayElsewhere = async (text: string) => {
    const client = await here.api.connection.client(undefined, 'file:///somebody/else');
    for await (const _ of client.sessions.run(sessionId, text));
  };
  const shows = async (...expected: string[]) =>
    await until(`the chat shows ${expected.join(', ')}`, () => said().join() === expected.join());

  it('shows the turn of another window when the word of it comes', async () => {
    await sayElsewhere('Greet Bob');
    assert.deepEqual(said(), ['Greet Ada']);
    await here.api.studio.catchUp.look();
    await shows('Greet Ada', 'Greet Bob');
    assert.match(answers().at(-1) ?? '', /Bob/);
    assert.deepEqual(ending(), { kind: 'done' });
    assert.equal(chat().state.busy, 'no');
  });

  it('shows it when the view is seen again, and goes on from there', async () => {
    // A page that is seen asks for everything.
    await chat().attach();
    await sayElsewhere('Greet Cleo');
    await chat().attach();
    await shows('Greet Ada', 'Greet Cleo');
    await chat().send('Greet Dan');
    assert.deepEqual(said(), ['Greet Ada', 'Greet Cleo', 'Greet Dan']);
    assert.equal(chat().sessionId, sessionId);
  });

  it('follows a run that another window has begun, and answers what it asks', async () => {
    await chat().attach();
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', askingSkill);
    const client = await here.api.connection.client();
    await here.api.drafts.ensureSynced(here.made.now, new AbortController().signal);
    const elsewhere = sayElsewhere('Greet Bob');
    await until('it asks', async () => (await client.sessions.get(sessionId)).session.status === 'waiting');
    await chat().attach();
    const question = await until('the chat asks too', () =>
      chat().state.busy === 'running' ? questionIn(chat()) : undefined,
    );
    assert.equal(ending(), undefined);
    await chat().answer(question, true);
    await elsewhere;
    await until('its end is shown', () => ending()?.kind === 'done');
    assert.ok(chat().entries.some(({ kind }) => kind === 'event'));
    assert.deepEqual(said(), ['Greet Ada', 'Greet Bob']);
    // The server is read once more before anything else can be said.
    await until('the turn is over', () => chat().state.busy === 'no');
    await here.made.write('agents/greeter/skills/greet.js', sound);
  });

  it('keeps a message that was not taken below it', async () => {
    const sound = await here.made.read('agents/greeter/skills/greet.js');
    await here.made.write('agents/greeter/skills/greet.js', 'module.exports = (;');
    await chat().send('Greet Eve');
    assert.equal(ending()?.kind, 'refused');
    await sayElsewhere('Greet Finn');
    await here.api.studio.catchUp.look();
    await shows('Greet Ada', 'Greet Finn', 'Greet Eve');
    assert.equal(ending()?.kind, 'refused');
    await here.made.write('agents/greeter/skills/greet.js', sound);
  });

  it('leaves what is shown alone while nothing was said elsewhere', async () => {
    const shown = chat().entries;
    await chat().conversation.catchUp();
    assert.equal(chat().entries, shown);
  });

  it('stays as it is when the session can no longer be read', async () => {
    const client = await here.api.connection.client();
    await client.sessions.delete(sessionId);
    await chat().conversation.catchUp();
    assert.deepEqual(said(), ['Greet Ada']);
    assert.deepEqual(here.messages.shown, []);
  });
});
