import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { TavoraClient } from '../src/client';
import {
  type AgentProject,
  buildManifest,
  hashBytes,
  loadProject,
  type ProjectFiles,
  sourceFiles,
} from '../src/project';
import { Archive } from '../src/workbench/delivery/archive/archive';
import {
  type AgentFacts,
  changing,
  type DeployPlan,
  planDeploy,
} from '../src/workbench/delivery/preview/plan';
import { serverAgents } from '../src/workbench/delivery/server-state';
import { inParallel } from '../src/workbench/shared/in-parallel';
import { type Bench, type Figure, median } from './figure';
import { Runtime, withDataFolder } from './runtime/process';
import { longestTurn } from './turns';

const agents = 200;
const filesOfAgent = 10;
const rounds = 5;

/** A project in memory; `round` makes one file of each agent another. */
function filesOf(round: number): ProjectFiles {
  const files = new Map<string, string>([['tavora.jsonc', '{ "project": "large" }']]);
  for (let agent = 0; agent < agents; agent++) {
    const home = `agents/agent-${agent}`;
    const config = {
      id: `agent-${agent}`,
      name: `Agent ${agent}`,
      model: 'local/rehearsal',
      persona: 'persona.md',
      skills: ['skills/*'],
    };
    files.set(`${home}/agent.jsonc`, JSON.stringify(config));
    files.set(`${home}/persona.md`, `You are agent ${agent} of round ${round}.\n${'Be kind.\n'.repeat(100)}`);
    for (let skill = 0; skill < filesOfAgent - 2; skill++) {
      files.set(`${home}/skills/skill-${skill}.md`, `# Skill ${skill}\n${'Do it well.\n'.repeat(100)}`);
    }
  }
  return {
    list: async () => [...files.keys()],
    read: async (file) => {
      const text = files.get(file);
      return text === undefined ? undefined : Buffer.from(text);
    },
  };
}

/** What the preview of a deployment of a large project costs before it is shown, when every agent has changed. */
export const deployPreview: Bench = {
  name: 'deploy-preview',
  measure(): Promise<Figure[]> {
    return withDataFolder(async (data) => {
      const kept = await mkdtemp(path.join(os.tmpdir(), 'tavora-archive-'));
      const runtime = await Runtime.start(data);
      const client = new TavoraClient({ baseUrl: runtime.ready.url, apiKey: runtime.ready.apiKey });
      try {
        return await measurePreview(client, new Archive(kept));
      } finally {
        await client.close();
        await runtime.stop();
        await rm(kept, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    });
  },
};

async function measurePreview(client: TavoraClient, archive: Archive): Promise<Figure[]> {
  const live = await loadProject(filesOf(0));
  await client.source.sync(buildManifest(live));
  await client.source.deploy({ project: 'large' });
  for (const agent of live.agents) {
    await archive.record({ project: 'large', agentId: agent.id }, agent.sourceHash, sourceFiles(live, agent));
  }
  const times: number[] = [];
  const turns: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const edited = await loadProject(filesOf(round));
    const began = performance.now();
    const { value, longest } = await longestTurn(() => preview(client, archive, edited));
    times.push(performance.now() - began);
    turns.push(longest);
    const changed = changing(value);
    if (changed.length !== agents || changed.some(({ counts }) => counts.changed !== 1)) {
      throw new Error(`The plan has ${changed.length} agents that change.`);
    }
  }
  return [
    { figure: 'deploy preview of 200 agents, 2,000 files', unit: 'ms', value: median(times), budget: 1000 },
    { figure: 'longest turn while planning it', unit: 'ms', value: median(turns), budget: 10 },
  ];
}

/** The steps of the preview's planner, which itself needs an editor. */
async function preview(client: TavoraClient, archive: Archive, project: AgentProject): Promise<DeployPlan> {
  const server = await serverAgents(client, { project: 'large' }, {});
  const local = await inParallel(project.agents, 1, async (agent) => {
    await new Promise((resolve) => setImmediate(resolve));
    return {
      id: agent.id,
      name: agent.name,
      sourceHash: agent.sourceHash,
      gated: false,
      files: sourceFiles(project, agent).map(({ path: file, hash }) => ({ path: file, hash })),
    };
  });
  const facts = await inParallel(server, 8, async (agent): Promise<[string, AgentFacts]> => {
    const place = { project: 'large', agentId: agent.localId };
    const files = await archive.files(place, agent.live?.hash ?? '');
    const liveFiles = files?.map(({ path: file, bytes }) => ({ path: file, hash: hashBytes(bytes) }));
    return [agent.localId, { server: agent, seen: {}, ...(liveFiles ? { liveFiles } : {}) }];
  });
  return planDeploy({
    project: 'large',
    server: 'Embedded runtime',
    agents: local,
    facts: new Map(facts),
    serverOnly: [],
  });
}
