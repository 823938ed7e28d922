import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TavoraClient } from '../../../src/client';
import { until } from '../support/api';
import { desk } from '../support/desk';
import type { Shown } from '../support/messages';
import { syncElsewhere } from '../support/second-client';
import { forgetServers } from '../support/servers';

const answers = ['Staging', 'Production', 'Production'];

describe('A promotion during which the embedded runtime is started anew', function () {
  // It shows a multi-diff, and starts a runtime.
  this.timeout(90_000);

  const here = desk('restarted', { each: true });

  beforeEach(async () => {
    const { connection } = here.api;
    const on = { url: 'embedded' };
    await connection.profiles.save({ ...on, id: 'stg', label: 'Staging', environment: 'stg' });
    const production = { environment: 'prd', production: true };
    await connection.profiles.save({ ...on, id: 'prd', label: 'Production', ...production });
    await until('the settings are in force', () => connection.profiles.list().length === 2);
    await connection.choose('stg');
    await syncElsewhere(here.api, here.made, {}, { deploy: true });
  });
  afterEach(() => forgetServers(here.api));

  const yes = ({ buttons }: Shown) => buttons.find((label) => label === 'Promote');
  const promote = () => vscode.commands.executeCommand('tavora.promote', { folder: here.made.folder });
  const restart = () => vscode.commands.executeCommand('tavora.restartRuntime');
  const question = () =>
    here.messages.find(/^Restart the embedded runtime and break off what goes on here\?$/);
  const told = () => here.messages.find(/^Promoted from Staging to Production: greeter v1\.0\.0\.$/);
  const entries = async () =>
    (await here.api.delivery.entries()).filter(({ project }) => project === here.name);
  const live = async () => {
    const client = await here.api.connection.client();
    const found = (await client.configs.list()).find(
      ({ code_first_project: project, code_first_environment: at }) => project === here.name && at === 'prd',
    );
    return Boolean(found?.active_version_id);
  };

  for (const [how, anew] of [
    ['restarted', restart],
    ['killed', async () => process.kill(here.api.connection.runtimePid ?? 0, 'SIGKILL')],
  ] as const) {
    it(`goes on after the question when it is ${how} meanwhile`, async () => {
      const before = here.api.connection.runtimePid;
      here.person(async (shown) => {
        if (!yes(shown)) return undefined;
        await anew();
        await until('it is there again', () => ![undefined, before].includes(here.api.connection.runtimePid));
        return 'Promote';
      }, answers);
      await promote();
      assert.equal(question(), undefined, 'nothing is under way while a person thinks');
      assert.ok(told(), JSON.stringify(here.messages.shown));
      assert.equal(await live(), true);
    });
  }

  /** Holds back what a promotion asks, until it is let go or given up. */
  const hold = async <K extends 'list' | 'deploy'>(
    of: (client: TavoraClient) => Record<K, (...args: never[]) => Promise<unknown>>,
    name: K,
  ) => {
    const client = await here.api.connection.clientOf('prd', undefined, here.made.folder.toString());
    const calls = of(client);
    const call = calls[name].bind(calls) as (...args: unknown[]) => Promise<unknown>;
    let release = () => {};
    let isAsked = false;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    Object.assign(calls, {
      [name]: async (...args: unknown[]) => {
        const { signal } = args.at(-1) as { signal: AbortSignal };
        isAsked = true;
        await new Promise<void>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          void held.then(resolve);
        });
        return await call(...args);
      },
    });
    return { asked: () => until(`${name} is asked`, () => isAsked), release };
  };

  describe('while it reads', () => {
    it('is asked about, and goes on when the person stays', async () => {
      const { asked, release } = await hold((client) => client.configs as never, 'list');
      here.person(yes, answers);
      const promoting = promote();
      await asked();
      const before = here.api.connection.runtimePid;
      await restart();
      assert.equal(
        question()?.detail,
        'A promotion is being prepared: Reading what is live on Staging. It is broken off; nothing has changed by it.',
      );
      assert.equal(here.api.connection.runtimePid, before);
      release();
      await promoting;
      assert.ok(told(), JSON.stringify(here.messages.shown));
    });

    it('ends before, when the person says so', async () => {
      const { asked } = await hold((client) => client.configs as never, 'list');
      here.person((shown) => shown.buttons.find((label) => label === 'Restart Now') ?? yes(shown), answers);
      const promoting = promote();
      await asked();
      await restart();
      await promoting;
      assert.deepEqual(
        here.messages.shown.map(({ message }) => message),
        ['Restart the embedded runtime and break off what goes on here?'],
      );
      assert.equal(await live(), false);
      assert.deepEqual(await entries(), []);
    });
  });

  describe('while it is on its way', () => {
    it('is asked about, and goes on when the person stays', async () => {
      const { asked, release } = await hold((client) => client.source as never, 'deploy');
      here.person(yes, answers);
      const promoting = promote();
      await asked();
      await restart();
      assert.match(
        question()?.detail ?? '',
        /^The promotion of restarted-\d+ to Production is on its way\. /,
      );
      release();
      await promoting;
      assert.ok(told(), JSON.stringify(here.messages.shown));
      assert.equal(await live(), true);
    });

    it('is broken off before, and written down as that, when the person says so', async () => {
      const { asked } = await hold((client) => client.source as never, 'deploy');
      here.person((shown) => shown.buttons.find((label) => label === 'Restart Now') ?? yes(shown), answers);
      const before = here.api.connection.runtimePid;
      const promoting = promote();
      await asked();
      await restart();
      await promoting;
      assert.notEqual(here.api.connection.runtimePid, before);
      assert.equal(told(), undefined);
      assert.equal(await live(), false);
      const [entry] = await entries();
      assert.equal(entry?.outcome, 'cancelled');
      assert.equal(entry.environment, 'prd');
    });
  });
});
