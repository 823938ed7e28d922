import assert from 'node:assert/strict';
import { assertAccessible } from './axe';
import { themeNames } from './page';
import { takePicture } from './picture';
import { studioDesk } from './studio-desk';
import { analysis, check, replay, session } from './studio-scenes';

describe('the studio page in every theme', () => {
  const desk = studioDesk();
  const { show, button, row } = desk;

  describe('in every theme', () => {
    for (const theme of themeNames) {
      it(`can be used by everybody: ${theme}`, async () => {
        await show([session(), analysis, check()], { theme, width: 900, height: 900 });
        await row(4).click();
        await assertAccessible(desk.studio.page);
        await desk.studio.tell(replay());
        await row(3).click();
        await button('Replay from Here').click();
        await assertAccessible(desk.studio.page);
      });

      for (const [name, width, notifications] of [
        ['trace', 1100, [session()]],
        ['trace', 320, [session()]],
        ['replay', 1100, [session(), replay()]],
        ['replay', 400, [session(), replay({ phase: 'running' })]],
        ['analysis', 800, [session(), analysis]],
        ['check', 800, [session(), analysis, check()]],
        ['check', 360, [session(), analysis, check()]],
      ] as const) {
        it(`looks right: ${name}, ${width} px wide, ${theme}`, async () => {
          await show([...notifications], { theme, width });
          await row(4).click();
          const wider = await desk.studio.page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          assert.ok(wider <= 0, `${wider} px wider than the panel`);
          await takePicture(desk.studio.page, `studio-${name}-${width}-${theme}`);
        });
      }
    }
  });
});
