import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Workbench } from '../test/journeys/workbench';
import { type Bench, type Figure, median } from './figure';
import { reported, reportVariable, wrappedExtension } from './timed';

const rounds = 5;
const agents = 20;
const casesOfAgent = 50;
const cases = agents * casesOfAgent;

/** What the extension did in one window, in milliseconds. */
interface Listing {
  /** From the first item of the Test Explorer to the last case. */
  listed: number;
  /** From the call of `activate` to the last case: the files are found, read and checked in it. */
  found: number;
}

/** Looks on as it makes the items of the Test Explorer. */
const wrapper = `
const vscode = require('vscode');
const create = vscode.tests.createTestController;
let called, first, count = 0;
vscode.tests.createTestController = (...args) => {
  const controller = create.apply(vscode.tests, args);
  const createItem = controller.createTestItem;
  controller.createTestItem = (...about) => {
    first ??= performance.now();
    const item = createItem.apply(controller, about);
    if (item.id.endsWith('.json') && ++count === ${cases}) {
      // Until what makes the items has done all of it.
      queueMicrotask(() => {
        const now = performance.now();
        const line = JSON.stringify({ listed: now - first, found: now - called });
        require('node:fs').appendFileSync(process.env.${reportVariable}, line + '\\n');
      });
    }
    return item;
  };
  return controller;
};
const extension = require('./extension.js');
exports.deactivate = extension.deactivate;
exports.activate = (context) => {
  called = performance.now();
  return extension.activate(context);
};
`;

/** Evals in the Test Explorer of a real editor. */
export const evals: Bench = { name: 'evals', measure };

async function measure(): Promise<Figure[]> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tavora-bench-evals-'));
  const report = path.join(home, 'report.jsonl');
  const folder = path.join(home, 'workspace');
  await writeProject(folder);
  const workbench = await Workbench.open(folder, {
    extensionFolder: await wrappedExtension('listing', wrapper),
    env: { [reportVariable]: report },
  });
  try {
    let listings: Listing[] = [];
    for (let round = 1; round <= rounds; round++) {
      if (round > 1) await workbench.reload();
      listings = await reported<Listing>(workbench, report, round);
    }
    return [
      {
        figure: `${cases} eval cases listed in the Test Explorer, median`,
        unit: 'ms',
        value: median(listings.map(({ listed }) => listed)),
        baseline: {
          what: 'from activation on, with the files read',
          value: median(listings.map(({ found }) => found)),
        },
        budget: 300,
      },
    ];
  } finally {
    await workbench.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function writeProject(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'tavora.jsonc'), JSON.stringify({ project: 'many' }));
  for (let agent = 0; agent < agents; agent++) {
    const own = path.join(folder, 'agents', `agent-${agent}`);
    await mkdir(path.join(own, 'evals'), { recursive: true });
    const config = {
      id: `agent-${agent}`,
      name: `Agent ${agent}`,
      model: 'local/rehearsal',
      persona: 'persona.md',
      evals: ['evals/*.json'],
    };
    await writeFile(path.join(own, 'agent.jsonc'), JSON.stringify(config));
    await writeFile(path.join(own, 'persona.md'), 'You answer questions about orders.\n');
    for (let nth = 0; nth < casesOfAgent; nth++) {
      const name = `case-${nth}`;
      const criteria = `Says where order ${nth} is, and when it comes.`;
      const file = { name, input: `Where is order ${nth}?`, criteria, pass_threshold: 7 };
      await writeFile(path.join(own, 'evals', `${name}.json`), JSON.stringify(file));
    }
  }
}
