import assert from 'node:assert/strict';
import type { StudioNotification, StudioRequest } from '../../src/webviews/studio/messages';
import { OpenPage, PageServer } from './page';

type Studio = OpenPage<StudioRequest, StudioNotification>;
type Options = Parameters<typeof OpenPage.open>[3];

/** Gives the suite that calls it a browser and, for each test, a studio page that must end without a problem. */
export function studioDesk() {
  let server: PageServer;
  let studio: Studio;
  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  afterEach(async () => {
    const { problems } = studio;
    await studio.close();
    assert.deepEqual(problems, []);
  });
  const open = async (options: Options = {}): Promise<Studio> => {
    const { browser, origin, idle } = server;
    const wide = { width: 1000, height: 700, idle, ...options };
    studio = await OpenPage.open<StudioRequest, StudioNotification>(browser, origin, 'studio', wide);
    return studio;
  };
  return {
    /** The page of the present test. */
    get studio() {
      return studio;
    },
    open,
    /** Opens a page and tells it something. */
    async show(notifications: StudioNotification[], options?: Options): Promise<Studio> {
      await open(options);
      await studio.tell(...notifications);
      return studio;
    },
    button: (name: string) => studio.page.getByRole('button', { name, exact: true }),
    row: (index: number) => studio.page.locator(`#step-${index}`),
    grid: () => studio.page.getByRole('grid', { name: 'Steps' }),
    detail: () => studio.page.getByRole('region', { name: 'Step', exact: true }),
  };
}
