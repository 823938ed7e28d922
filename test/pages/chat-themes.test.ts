import assert from 'node:assert/strict';
import { assertAccessible } from './axe';
import { chatDesk } from './chat-desk';
import { assertFits } from './fits';
import { themeNames } from './page';
import { takePicture } from './picture';

describe('the chat page in every theme', () => {
  const desk = chatDesk();
  const { show, openAll, box } = desk;

  describe('can be used by everybody', () => {
    for (const theme of themeNames) {
      for (const scene of [
        'empty',
        'offline',
        'live',
        'done',
        'confirm',
        'failed',
        'cut',
        'silent',
        'refused',
        'waiting',
        'priced',
        'limited',
      ]) {
        it(`${scene} in the ${theme} theme`, async () => {
          await show(scene, { theme, width: 320 });
          await openAll();
          await assertFits(desk.chat.page);
          await assertAccessible(desk.chat.page);
        });
      }
    }

    it('says what happens to a screen reader, politely', async () => {
      await show('live');
      assert.equal(await desk.chat.page.getByRole('log', { name: 'Conversation' }).count(), 1);
    });
  });

  describe('looks right', () => {
    for (const theme of themeNames) {
      for (const [scene, width] of [
        ['empty', 280],
        ['done', 280],
        ['done', 480],
        ['confirm', 320],
        ['failed', 320],
        ['waiting', 300],
        ['priced', 340],
        ['limited', 300],
      ] as const) {
        it(`${scene}, ${width} px wide, in the ${theme} theme`, async () => {
          await show(scene, { theme, width });
          if (scene === 'priced') {
            await box().fill('/');
          }
          await assertFits(desk.chat.page);
          await takePicture(desk.chat.page, `chat-${scene}-${width}-${theme}`);
        });
      }
    }
  });
});
