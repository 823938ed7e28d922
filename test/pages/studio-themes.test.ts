import type { StudioNotification } from '../../src/webviews/studio/messages';
import { assertAccessible } from './axe';
import { assertFits } from './fits';
import { themeNames } from './page';
import { takePicture } from './picture';
import { studioDesk } from './studio-desk';
import {
  analysis,
  check,
  largeData,
  replay,
  session,
  skillAnalysis,
  step,
  trace,
  underWay,
} from './studio-scenes';

const many = Array.from({ length: 10_000 }, (_, index) => step(index, 'response', `Answer ${index}`));
/** What a trace may be beside one that was read and is done. */
const states: Record<string, StudioNotification[]> = {
  loading: [],
  empty: [session({ trace: trace({}, []) })],
  unread: [session({ trace: undefined, problem: 'The runtime is not running.' })],
  live: [underWay],
  silent: [session({ trace: trace({ status: 'running' }), unfollowed: 'Nothing came from the server.' })],
  huge: [session({ trace: trace({}, many) })],
};

describe('the studio page in every theme', () => {
  const desk = studioDesk();
  const { show, button, row } = desk;

  describe('in every theme', () => {
    for (const theme of themeNames) {
      it(`can be used by everybody: ${theme}`, async () => {
        await show([session(), analysis, check()], { theme, width: 900, height: 900 });
        await row(4).click();
        await assertAccessible(desk.studio.page);
        await desk.studio.tell(skillAnalysis);
        await desk.studio.page.getByRole('region', { name: /^Change of .*lookup-order/ }).waitFor();
        await assertAccessible(desk.studio.page);
        await desk.studio.tell(replay());
        await row(3).click();
        await button('Replay from Here').click();
        await assertAccessible(desk.studio.page);
      });

      for (const [name, notifications] of Object.entries(states)) {
        it(`can be used by everybody: ${name}, ${theme}`, async () => {
          await show(notifications, { theme, width: 500 });
          await assertFits(desk.studio.page);
          await assertAccessible(desk.studio.page);
        });
      }

      for (const width of [900, 360]) {
        it(`looks right: skill-change, ${width} px wide, ${theme}`, async () => {
          await show([session(), skillAnalysis], { theme, width });
          const diff = desk.studio.page.getByRole('region', { name: /^Change of .*lookup-order/ });
          await diff.evaluate((element) => element.scrollIntoView());
          await assertFits(desk.studio.page);
          await takePicture(desk.studio.page, `studio-skill-change-${width}-${theme}`);
        });
      }

      for (const [name, width, notifications] of [
        ['trace', 1100, [session()]],
        ['trace', 320, [session()]],
        ['large-data', 900, [largeData]],
        ['large-data', 360, [largeData]],
        ['under-way', 900, [underWay]],
        ['under-way', 360, [underWay]],
        ['replay', 1100, [session(), replay()]],
        ['replay', 400, [session(), replay({ phase: 'running' })]],
        ['analysis', 800, [session(), analysis]],
        ['check', 800, [session(), analysis, check()]],
        ['check', 360, [session(), analysis, check()]],
      ] as const) {
        it(`looks right: ${name}, ${width} px wide, ${theme}`, async () => {
          await show([...notifications], { theme, width });
          await row(4).click();
          await assertFits(desk.studio.page);
          await takePicture(desk.studio.page, `studio-${name}-${width}-${theme}`);
        });
      }
    }
  });
});
