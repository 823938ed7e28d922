import assert from 'node:assert/strict';
import type { EvalsNotification, EvalsRequest } from '../../src/webviews/evals/messages';
import { assertAccessible } from './axe';
import { cases, many, repeated, result, source, state, story } from './evals-scenes';
import { assertFits } from './fits';
import { OpenPage, PageServer, themeNames } from './page';
import { takePicture } from './picture';

type Evals = OpenPage<EvalsRequest, EvalsNotification>;

describe('the evals page', () => {
  let server: PageServer;
  let evals: Evals;
  const show = async (
    notifications: EvalsNotification[],
    options: Parameters<typeof OpenPage.open>[3] = {},
  ): Promise<void> => {
    const wide = { width: 1000, height: 800, idle: server.idle, ...options };
    evals = await OpenPage.open<EvalsRequest, EvalsNotification>(
      server.browser,
      server.origin,
      'evals',
      wide,
    );
    await evals.tell(...notifications);
  };
  const marks = () => evals.page.locator('.chart .mark');
  const button = (name: string) => evals.page.getByRole('button', { name, exact: true });
  const detail = () => evals.page.getByRole('region', { name: 'Chosen point' });
  const row = (name: string) =>
    evals.page.getByRole('region', { name: 'Cases' }).getByRole('row').filter({ hasText: name });
  const words = async (locator: ReturnType<typeof row>) =>
    ((await locator.textContent()) ?? '').replace(/\s+/g, ' ').trim();

  before(async () => {
    server = await PageServer.start();
  });
  after(() => server.stop());
  afterEach(async () => {
    const { problems } = evals;
    await evals.close();
    assert.deepEqual(problems, []);
  });

  describe('without a picture', () => {
    it('says that it is being read', async () => {
      await show([]);
      await evals.page.getByRole('progressbar', { name: 'Reading the history of evals' }).waitFor();
      await evals.tell(state({ results: undefined, reading: true }));
      await evals.page.getByText('Reading the history…').waitFor();
    });

    it('says that no agent has evals', async () => {
      await show([state({ agents: [], agent: '', results: [], cases: [] })]);
      await evals.page.getByRole('heading', { name: 'No evals yet' }).waitFor();
      assert.equal(await button('Run Evals').count(), 0);
    });

    it('offers a run where nothing was run', async () => {
      await show([state({ results: [] })]);
      await evals.page.getByRole('heading', { name: 'Not run yet' }).waitFor();
      await button('Run Evals').click();
      await evals.asked('run');
    });

    it('says why nothing could be read, and reads again', async () => {
      await show([state({ results: undefined, problem: 'The runtime is not running.' })]);
      await evals.page.getByRole('alert').getByText('The runtime is not running.').waitFor();
      assert.equal(await evals.page.getByText('Reading the history…').count(), 0);
      await button('Refresh').click();
      await evals.asked('refresh');
    });

    it('says that there are only results of the other kind', async () => {
      await show([state()]);
      await evals.page.getByRole('combobox', { name: 'Which results' }).selectOption('live');
      await evals.page.getByRole('heading', { name: 'No results over what is live' }).waitFor();
      await evals.page.getByText('There are 21 results of other runs.').waitFor();
    });
  });

  describe('the picture', () => {
    it('keeps what is known beside why the server cannot be asked', async () => {
      await show([state({ problem: 'This server keeps no runs.' })]);
      await evals.page.getByRole('alert').getByText('This server keeps no runs.').waitFor();
      assert.equal(await marks().count(), 7);
    });

    it('shows one point in the middle of nothing', async () => {
      await show([state({ results: [result('Where is my order', 0, 8.4)], deployments: [] })]);
      assert.equal(await marks().count(), 1);
      assert.match(
        (await marks().getAttribute('aria-label')) ?? '',
        /^3f9a01bc, .*, 8\.4 of 10, 1 of 1 passed/,
      );
      await detail().getByText('8.4 of 10').waitFor();
      assert.equal(await evals.page.getByRole('button', { name: /^Files Against/ }).count(), 0);
    });

    it('marks what was deployed, and says in words what got worse since', async () => {
      await show([state()]);
      assert.deepEqual(await evals.page.locator('.chart .version').allTextContents(), ['v1.2.0']);
      const worse = evals.page.getByRole('region', {
        name: '1 case does worse than the last deployed version',
      });
      assert.equal(
        await words(worse.getByRole('listitem')),
        'Refund a delivered order: 9.1 → 4.0 since v1.2.0 (0 of 1 passed)',
      );
      assert.match(await words(row('Refund a delivered order')), /4\.0 ?−5\.1 since v1\.2\.0/);
      assert.match(await words(row('Where is my order')), /9\.2 ?\+0\.8 since v1\.2\.0/);
      await worse.getByRole('button').click();
      await evals.page.getByRole('heading', { name: 'Refund a delivered order' }).waitFor();
      assert.equal(await marks().last().getAttribute('class'), 'mark mark-failed mark-current');
    });

    it('says what got worse whichever results are looked at, and with which version it compares', async () => {
      const later = {
        source: source(20),
        semver: '1.3.0',
        at: new Date(Date.UTC(2026, 0, 17)).toISOString(),
      };
      const before = state();
      assert.ok(before.type === 'state');
      await show([state({ deployments: [...before.state.deployments, later] })]);
      await evals.page.getByRole('combobox', { name: 'Which results' }).selectOption('live');
      const worse = evals.page.getByRole('region', {
        name: '1 case does worse than an earlier deployed version',
      });
      assert.match(
        await words(worse.getByRole('listitem')),
        /since v1\.2\.0 .*; v1\.3\.0 has no results yet; compared with v1\.2\.0$/,
      );
      await worse.getByRole('button').click();
      await evals.page.getByRole('heading', { name: 'Refund a delivered order' }).waitFor();
      assert.equal(await marks().count(), 7);
    });

    it('says why there is no trace to open, and no files to compare', async () => {
      const unknown = { source: '', sessionId: '' };
      const results = [0, 1].map((nth) => result('Where is my order', nth, 8, unknown));
      await show([state({ results, deployments: [] })]);
      await detail()
        .getByText(/There is no trace to open: the server does not say/)
        .waitFor();
      await detail()
        .getByText(/There are no files to compare: nobody knows/)
        .waitFor();
    });

    it('says nothing got worse where nothing did', async () => {
      await show([state({ results: story().filter((one) => one.source !== source(6)) })]);
      await row('Refund').waitFor();
      assert.equal(await evals.page.locator('.regressions').count(), 0);
    });

    it('counts a case that could not be judged as failed, and draws a cross', async () => {
      await show([state()]);
      await evals.page.getByRole('combobox', { name: 'Case' }).selectOption('A question about opening hours');
      await evals.page.locator('.chart .mark-unjudged').waitFor();
      assert.match((await marks().nth(4).getAttribute('class')) ?? '', /mark-unjudged/);
      await marks().nth(4).click();
      await detail().getByText('The judge gave no score.').waitFor();
    });

    it('shows pass rate and spread of what was repeated', async () => {
      await show([state({ results: repeated() })]);
      await evals.page.getByRole('combobox', { name: 'Case' }).selectOption('Refund a delivered order');
      await detail().getByText('4 of 5 passed').waitFor();
      await detail().getByText('spread 6.1 to 9.2').waitFor();
      await evals.page.locator('.chart .spread').waitFor();
      assert.equal(await evals.page.locator('.chart .spread').count(), 1);
      assert.equal(await detail().getByRole('listitem').count(), 5);
    });

    it('is walked with the keyboard, and Enter opens the trace', async () => {
      await show([state()]);
      await evals.page.getByRole('combobox', { name: 'Case' }).selectOption('Refund a delivered order');
      await marks().last().focus();
      await evals.page.keyboard.press('Home');
      assert.equal(
        await marks()
          .first()
          .evaluate((mark) => mark === document.activeElement),
        true,
      );
      await detail().getByText('6.2 of 10').waitFor();
      await evals.page.keyboard.press('ArrowRight');
      await detail().getByText('7.4 of 10').waitFor();
      await evals.page.keyboard.press('Enter');
      assert.equal((await evals.asked('trace')).sessionId, 'session-1-Refund a delivered order-1');
      await evals.page.keyboard.press('End');
      await detail().getByText('4.0 of 10').waitFor();
    });

    it('shows a point while the pointer is over it, and chooses it by a click', async () => {
      await show([state()]);
      await evals.page.getByRole('combobox', { name: 'Case' }).selectOption('Refund a delivered order');
      await detail().getByText('4.0 of 10').waitFor();
      const pointed = evals.page.getByRole('region', { name: 'Point under the pointer' });
      await marks().first().hover();
      await pointed.getByText('6.2 of 10').waitFor();
      assert.match((await marks().last().getAttribute('class')) ?? '', /mark-current/);
      await evals.page.getByRole('heading', { name: 'Refund a delivered order' }).hover();
      await detail().getByText('4.0 of 10').waitFor();
      await marks().first().click();
      await evals.page.getByRole('heading', { name: 'Refund a delivered order' }).hover();
      await detail().getByText('6.2 of 10').waitFor();
      assert.match((await marks().first().getAttribute('class')) ?? '', /mark-current/);
      assert.equal(
        await evals.page.evaluate(() => window.requests.some(({ type }) => type === 'trace')),
        false,
      );
    });

    it('opens the trace of a point by a double click, and of a case from the point of all', async () => {
      await show([state()]);
      await detail().getByRole('button', { name: 'Open the trace of Refund a delivered order' }).click();
      assert.equal((await evals.asked('trace')).sessionId, 'session-6-Refund a delivered order-1');
      // Of all cases together it is the worst.
      await marks().nth(1).dblclick();
      await evals.page.waitForFunction(
        () => window.requests.filter(({ type }) => type === 'trace').length === 2,
      );
      assert.equal((await evals.asked('trace')).sessionId, 'session-1-Where is my order-1');
      await evals.page.getByRole('combobox', { name: 'Case' }).selectOption('Where is my order');
      await marks().nth(2).dblclick();
      await evals.page.waitForFunction(
        () => window.requests.filter(({ type }) => type === 'trace').length === 3,
      );
      assert.equal((await evals.asked('trace')).sessionId, 'session-2-Where is my order-1');
    });

    it('compares the files of a point with what was deployed, and with the point before', async () => {
      await show([state()]);
      await button('Files Against v1.2.0').click();
      assert.deepEqual(await evals.asked('compare'), {
        type: 'compare',
        before: source(3),
        after: source(6),
      });
      await button('Files Against the Point Before').click();
      await evals.page.waitForFunction(
        () => window.requests.filter(({ type }) => type === 'compare').length === 2,
      );
      assert.deepEqual(await evals.asked('compare'), {
        type: 'compare',
        before: source(5),
        after: source(6),
      });
    });

    it('gives each run without a source a point of its own, without a comparison', async () => {
      const results = [0, 1].map((nth) => result('Where is my order', nth, 8, { source: '' }));
      await show([state({ results, deployments: [] })]);
      assert.equal(await marks().count(), 2);
      await detail().getByText('unknown source').waitFor();
      assert.equal(await evals.page.getByRole('button', { name: /^Files Against/ }).count(), 0);
    });

    it('says that nobody knows whether a run was of a draft or of what is live', async () => {
      const results = [result('Where is my order', 0, 8, { target: undefined })];
      await show([state({ results, deployments: [] })]);
      await detail().getByText('unknown target').waitFor();
      await evals.page.getByRole('combobox', { name: 'Which results' }).selectOption('live');
      await evals.page.getByRole('heading', { name: 'No results over what is live' }).waitFor();
    });

    it('says that not all cases were run', async () => {
      await show([state({ results: [...story(), result('Where is my order', 7, 9)] })]);
      await detail().getByText('not all cases').waitFor();
      assert.match((await marks().last().getAttribute('class')) ?? '', /mark-part/);
    });

    it('lists a case that is gone from the files, and leaves it out of all cases', async () => {
      await show([state({ results: [...story(), result('An old one', 6, 1)] })]);
      await row('An old one').getByText('no longer in the files').waitFor();
      assert.match(await words(row('All cases')), /2 of 3/);
    });
  });

  describe('the numbers', () => {
    it('are the same as a table, the newest first, and stay open', async () => {
      await show([state()]);
      await evals.page.getByText('Numbers', { exact: true }).click();
      const table = evals.page.getByRole('table', { name: 'Scores of all cases, the newest first' });
      const rows = table.getByRole('row');
      await rows.nth(7).waitFor();
      assert.equal(await rows.count(), 8);
      assert.match(await words(rows.nth(1)), /draft ?7\.5 ?2 of 3 ?Worst$/);
      await rows.nth(4).getByRole('rowheader', { name: 'v1.2.0' }).waitFor();
      await rows.nth(1).getByRole('button').click();
      assert.equal((await evals.asked('trace')).sessionId, 'session-6-Refund a delivered order-1');
      assert.equal(((await evals.kept()) as { showsNumbers: boolean }).showsNumbers, true);
    });

    it('of huge histories are shown in pieces', async () => {
      await show([state({ results: many(5_000), deployments: [], cases: [] })]);
      await evals.page.getByText('Numbers', { exact: true }).click();
      const rows = evals.page.getByRole('table', { name: /^Scores of/ }).getByRole('row');
      await rows.nth(50).waitFor();
      assert.equal(await rows.count(), 51);
      await button('Show all 100').click();
      await rows.nth(100).waitFor();
      assert.equal(await rows.count(), 101);
    });
  });

  it('breaks a name that has no end, however narrow the view is', async () => {
    const long = 'refund_of_a_delivered_order_'.repeat(5);
    const results = story().map((one) =>
      one.caseName === cases[1] ? { ...one, caseName: long, reasoning: long } : one,
    );
    await show([state({ results, cases: [long] })], { width: 300 });
    await evals.page.getByRole('region', { name: /^1 case does worse/ }).waitFor();
    await assertFits(evals.page);
  });

  it('draws the newest of 5,000 results, and goes back to the first', async () => {
    await show([state({ results: many(5_000), deployments: [], cases: [] })]);
    const drawn = await marks().count();
    assert.ok(drawn > 40 && drawn < 100, `${drawn} points`);
    await evals.page.getByText(`${101 - drawn} to 100 of 100`).waitFor();
    await button('Earlier').click();
    await evals.page.getByText(new RegExp(`^1 to ${drawn} of 100$`)).waitFor();
    assert.ok(await button('Earlier').isDisabled());
    await button('Later').click();
    await evals.page.getByText(`${101 - drawn} to 100 of 100`).waitFor();
  });

  it('asks for another agent, and shows the case that the host wants', async () => {
    await show([state()]);
    await evals.page.getByRole('combobox', { name: 'Agent' }).selectOption('sales');
    assert.equal((await evals.asked('agent')).key, 'sales');
    await evals.tell({ type: 'show', caseName: 'Where is my order' });
    await evals.page.getByRole('heading', { name: 'Where is my order' }).waitFor();
    assert.deepEqual(await evals.kept(), { agent: 'support', caseName: 'Where is my order' });
  });

  it('stays inert whatever a result holds', async () => {
    const payload = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
    const results = [0, 1].map((nth) =>
      result(payload, nth, 4, { reasoning: payload, sessionId: payload, source: `${payload}${nth}` }),
    );
    await show([
      state({
        agents: [{ key: payload, name: payload, project: payload }],
        agent: payload,
        results,
        deployments: [{ source: `${payload}0`, semver: payload, at: '2026-01-01T00:00:00Z' }],
        cases: [payload],
        problem: payload,
      }),
    ]);
    await evals.page.getByRole('combobox', { name: 'Case' }).selectOption(payload);
    assert.equal(await marks().count(), 2);
    assert.equal(await evals.page.evaluate(() => 'broken' in window), false);
    assert.equal(await evals.page.locator('#root :is(img, script)').count(), 0);
  });

  describe('in every theme', () => {
    const scenes = {
      story: [state()],
      repeated: [state({ results: repeated() })],
      huge: [state({ results: many(5_000), deployments: [], cases: [] })],
      empty: [state({ results: [] })],
      failed: [state({ results: undefined, problem: 'The runtime is not running.' })],
    } satisfies Record<string, EvalsNotification[]>;
    for (const theme of themeNames) {
      it(`can be used by everybody: ${theme}`, async () => {
        await show(scenes.story, { theme });
        await evals.page.getByText('Numbers', { exact: true }).click();
        await assertAccessible(evals.page);
      });

      for (const name of ['repeated', 'huge', 'empty', 'failed'] as const) {
        it(`can be used by everybody: ${name}, ${theme}`, async () => {
          await show(scenes[name], { theme });
          await assertAccessible(evals.page);
        });
      }

      for (const [name, width] of [
        ['story', 1000],
        ['story', 320],
        ['repeated', 700],
        ['huge', 1000],
        ['empty', 400],
        ['failed', 400],
      ] as const) {
        it(`looks right: ${name}, ${width} px wide, ${theme}`, async () => {
          await show(scenes[name], { theme, width });
          if (name === 'repeated') {
            await evals.page.getByRole('combobox', { name: 'Case' }).selectOption(cases[1] ?? '');
          }
          await assertFits(evals.page);
          await takePicture(evals.page, `evals-${name}-${width}-${theme}`);
        });
      }
    }
  });
});
