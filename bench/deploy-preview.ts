import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Workbench } from '../test/journeys/workbench';
import { type Bench, type Figure, median } from './figure';
import { reported, reportVariable, wrappedExtension } from './timed';

const agents = 200;
/** Of each agent, its configuration, persona and skills. */
const filesOfAgent = 10;
const rounds = 5;
/** Between the last save and the deployment. */
const pauseMs = 6_000;

/** What one preview took in the editor, in milliseconds. */
interface Preview {
  /** From the command to the tab with every changed file. */
  shown: number;
  /** The longest time in which the extension host could do nothing else. */
  turn: number;
}

/**
 * Deploys the workspace, then changes a file of each agent and has the preview of the
 * next deployment shown, as often as it is measured. A preview is left by closing its tab.
 */
const wrapper = `
const vscode = require('vscode');
const { appendFileSync } = require('node:fs');
const { readFile, writeFile } = require('node:fs/promises');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const extension = require('./extension.js');
const report = (line) => appendFileSync(process.env.${reportVariable}, JSON.stringify(line) + '\\n');
exports.deactivate = extension.deactivate;
exports.activate = (context) => {
  const api = extension.activate(context);
  measure().catch((error) => report({ error: String(error && error.stack || error) }));
  return api;
};
async function measure() {
  const folder = vscode.workspace.workspaceFolders[0].uri;
  await vscode.workspace.getConfiguration('tavora').update('deploy.preview', 'always', true);
  await vscode.commands.executeCommand('tavora.deploy', { folder, agreed: true });
  for (let round = 1; round <= ${rounds}; round++) {
    for (let agent = 0; agent < ${agents}; agent++) {
      const persona = join(folder.fsPath, 'agents', 'agent-' + agent, 'persona.md');
      await writeFile(persona, 'Round ' + round + '.\\n' + await readFile(persona, 'utf8'));
    }
    // What saving them has set off, such as the server's own checks, is over when a person deploys.
    await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
    const turns = monitorEventLoopDelay({ resolution: 1 });
    turns.enable();
    const began = performance.now();
    const opened = tabOpens();
    vscode.commands.executeCommand('tavora.deploy', { folder });
    const tab = await opened;
    turns.disable();
    report({ shown: performance.now() - began, turn: turns.max / 1e6 });
    await vscode.window.tabGroups.close(tab);
  }
}
function tabOpens() {
  return new Promise((resolve) => {
    const listening = vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
      const tab = opened.find(({ label }) => /many/.test(label));
      if (!tab) return;
      listening.dispose();
      resolve(tab);
    });
  });
}
`;

/** The preview of a deployment of a large project in a real editor, when every agent has changed. */
export const deployPreview: Bench = { name: 'deploy-preview', measure };

async function measure(): Promise<Figure[]> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'tavora-bench-preview-'));
  const report = path.join(home, 'report.jsonl');
  const folder = path.join(home, 'workspace');
  await writeProject(folder);
  const workbench = await Workbench.open(folder, {
    extensionFolder: await wrappedExtension('previewing', wrapper),
    env: { [reportVariable]: report },
  });
  try {
    const previews = await reported<Preview>(workbench, report, rounds);
    const name = `deploy preview of ${agents} agents, ${agents * filesOfAgent} files`;
    return [
      {
        figure: `${name}, to its tab`,
        unit: 'ms',
        value: median(previews.map(({ shown }) => shown)),
        budget: 1000,
      },
      { figure: 'longest turn until then', unit: 'ms', value: median(previews.map(({ turn }) => turn)) },
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
    await mkdir(path.join(own, 'skills'), { recursive: true });
    const config = {
      id: `agent-${agent}`,
      name: `Agent ${agent}`,
      model: 'local/rehearsal',
      persona: 'persona.md',
      skills: ['skills/*'],
    };
    await writeFile(path.join(own, 'agent.jsonc'), JSON.stringify(config));
    await writeFile(path.join(own, 'persona.md'), `You are agent ${agent}.\n${'Be kind.\n'.repeat(100)}`);
    for (let skill = 0; skill < filesOfAgent - 2; skill++) {
      const text = `# Skill ${skill}\n${'Do it well.\n'.repeat(100)}`;
      await writeFile(path.join(own, 'skills', `skill-${skill}.md`), text);
    }
  }
}
