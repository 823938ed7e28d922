import assert from 'node:assert/strict';
import { until } from '../support/api';
import { askingSkill, chatDesk, questionIn } from '../support/chat';
import { presses } from '../support/messages';

const skill = 'agents/greeter/skills/greet.js';

describe('A conversation that is left while its agent works', () => {
  const { here, chat, ending, said } = chatDesk('leaving');
  let run: Promise<void>;
  let sessionId = '';

  before(() => here.made.write(skill, askingSkill));
  beforeEach(async () => {
    run = chat().send('Greet Ada');
    await until('it asks', () => questionIn(chat()));
    sessionId = chat().sessionId ?? '';
    await chat().send('Greet Bob');
  });
  afterEach(async () => {
    await chat().begin();
    await chat().queue.takeReturned();
  });

  const stored = async () => (await (await here.api.connection.client()).sessions.get(sessionId)).session;
  const question = () => here.messages.find(/is still working\. Leave this conversation and end the run\?$/);

  it('stays with its run and what waits when the person stays', async () => {
    await here.api.chat.handle({ type: 'new' });
    await here.api.chat.handle({ type: 'target', target: 'live' });
    assert.deepEqual(question()?.buttons, ['End Run', 'Let It Go On']);
    const { busy, queue, target } = chat().state;
    assert.deepEqual([chat().sessionId, busy, queue, target], [sessionId, 'running', ['Greet Bob'], 'draft']);
    assert.equal((await stored()).status, 'waiting');
  });

  it('ends its run when the person says so, and gives back what waited', async () => {
    here.person(presses('End Run'));
    await here.api.chat.handle({ type: 'new' });
    await run;
    assert.equal((await stored()).status, 'cancelled');
    assert.deepEqual([chat().sessionId, chat().state.queue], [undefined, []]);
    // The page is told when it listens.
    await here.api.chat.handle({ type: 'ready' });
    const told = /^A message that waited to be sent .* is in the message box again\.$/;
    await until('the person is told', () => here.messages.find(told));
    const next = chat().send('Greet Cleo');
    const asked = await until('it asks', () => questionIn(chat()));
    await chat().answer(asked, true);
    await next;
    assert.deepEqual([said(), ending()], [['Greet Cleo'], { kind: 'done' }]);
  });

  it('has its run go on when the person says so, and follows it again', async () => {
    here.person(presses('Let It Go On'));
    await here.api.chat.handle({ type: 'new' });
    await run;
    const session = await stored();
    assert.equal(session.status, 'waiting');
    await chat().resume(session);
    const asked = await until('it is followed', () =>
      chat().state.busy === 'running' ? questionIn(chat()) : undefined,
    );
    await chat().answer(asked, true);
    await until('it has ended', () => ending()?.kind === 'done');
    assert.deepEqual(said(), ['Greet Ada']);
  });

  it('is left without a word when nothing goes on', async () => {
    await chat().queue.take(0, 'Greet Bob');
    await chat().answer(questionIn(chat()) ?? '', true);
    await run;
    await here.api.chat.handle({ type: 'new' });
    assert.equal(question(), undefined);
    assert.equal(chat().sessionId, undefined);
  });
});
