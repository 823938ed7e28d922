import { Workbench } from '../test/journeys/workbench';
import { extensionFolder } from './extension';
import { type Bench, type Figure, median } from './figure';
import { Sample } from './sample';

const rounds = 5;

/**
 * What VS Code itself says our activation took, in its editor "Running Extensions": loading the code and the call
 * of `activate`. The baseline is the median of the extensions that VS Code brings along.
 */
export const activation: Bench = {
  name: 'activation',
  async measure(): Promise<Figure[]> {
    const sample = await Sample.copy();
    const workbench = await Workbench.open(sample.folder, { extensionFolder });
    try {
      const ours: number[] = [];
      const others: number[] = [];
      for (let round = 0; round < rounds; round++) {
        if (round > 0) await workbench.reload();
        const times = await activationTimes(workbench);
        ours.push(...times.ours);
        others.push(...times.others);
      }
      const baseline = { what: 'built-in extensions', value: median(others) };
      return [{ figure: 'activation, median', unit: 'ms', value: median(ours), baseline, budget: 50 }];
    } finally {
      await workbench.close();
      await sample.remove();
    }
  },
};

async function activationTimes(workbench: Workbench): Promise<{ ours: number[]; others: number[] }> {
  await workbench.command('Developer: Show Running Extensions');
  const rows = workbench.page.locator('.runtime-extensions-editor .extension');
  const own = rows.filter({ has: workbench.page.getByText('Tavora', { exact: true }) });
  await own.locator('.activation-time', { hasText: /\d+ms/ }).waitFor();
  const all = await rows.allInnerTexts();
  const timed = all.flatMap((text) => {
    const found = /Activation: (\d+)ms/.exec(text);
    return found ? [{ mine: /^Tavora$/m.test(text), ms: Number(found[1]) }] : [];
  });
  return {
    ours: timed.filter(({ mine }) => mine).map(({ ms }) => ms),
    others: timed.filter(({ mine }) => !mine).map(({ ms }) => ms),
  };
}
