import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Workbench } from '../test/journeys/workbench';
import { type Bench, type Figure, median } from './figure';
import { readReport, reportVariable, timedExtension } from './timed';

const rounds = 7;
/** Looks at the list, a second apart, that must agree before the host counts as at rest. */
const quietLooks = 4;
const row = '.runtime-extensions-editor .extension .activation-time';

/**
 * Activation in a real editor, in a host at rest: opening our view activates the extension. While a window opens, a
 * dozen extensions share the processor with it and a figure says how busy the machine is.
 *
 * The budget is for our own code: the bundle loaded and `activate` called. VS Code's own figure, from its editor
 * "Running Extensions", has its bookkeeping and its messages to the window in it; it stands beside the same figure of
 * the extensions that VS Code brings along.
 */
export const activation: Bench = { name: 'activation', measure };

async function measure(): Promise<Figure[]> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tavora-bench-activation-'));
  const report = path.join(home, 'report.jsonl');
  const workbench = await Workbench.open(home, {
    extensionFolder: await timedExtension(),
    env: { [reportVariable]: report },
    // A dialog over the window would leave no way to our view.
    settings: { 'workbench.editor.useModal': 'off' },
  });
  const shown: number[] = [];
  const others: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      if (round > 0) await workbench.reload();
      await workbench.command('Developer: Show Running Extensions');
      others.push(...(await atRest(workbench)));
      await workbench.container('Tavora');
      shown.push(await ownTime(workbench));
    }
    const own = await readReport(report);
    const code = median(own.map(({ load, activate }) => load + activate));
    return [
      {
        figure: 'activation, own code, median',
        unit: 'ms',
        value: code,
        baseline: { what: 'of it activate()', value: median(own.map(({ activate }) => activate)) },
        budget: 50,
      },
      {
        figure: 'activation as VS Code counts it, median',
        unit: 'ms',
        value: median(shown),
        baseline: { what: 'built-in extensions', value: median(others) },
      },
    ];
  } finally {
    await workbench.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** Our activation time once VS Code shows one. */
async function ownTime({ page }: Workbench): Promise<number> {
  const own = page
    .locator('.runtime-extensions-editor .extension')
    .filter({ has: page.getByText('Tavora', { exact: true }) })
    .locator('.activation-time', { hasText: /\d+ms/ });
  await own.waitFor();
  return milliseconds(await own.textContent());
}

/** Waits until no further extension comes up. @returns the activation times of those that did */
async function atRest({ page }: Workbench): Promise<number[]> {
  const times = page.locator(row, { hasText: /\d+ms/ });
  await times.first().waitFor();
  let before: string[] = [];
  for (let same = 0; same < quietLooks; ) {
    const now = await times.allTextContents();
    same = now.join() === before.join() ? same + 1 : 0;
    before = now;
    await page.waitForTimeout(1_000);
  }
  return before.map((text) => milliseconds(text));
}

function milliseconds(text: string | null): number {
  const found = /(\d+)ms/.exec(text ?? '')?.[1];
  if (found === undefined) throw new Error(`“${text}” holds no activation time.`);
  return Number(found);
}
