import type { Project } from '../protocol';
import type { AnalyzeServices } from './agent/analyze';
import type { Inputs } from './agent/inputs';
import type { Runs } from './agent/runs';
import type { Audit } from './audit';
import type { Keys } from './auth/keys';
import type { Debuggers } from './debug';
import type { EvalRuns } from './evals/runs';
import type { KnowledgeBase } from './knowledge';
import type { Limits, ModelPrices } from './limits';
import type { Log } from './log';
import type { McpServers } from './mcp';
import type { OfferedModels } from './models/offered';
import type { ModelRouter } from './models/types';
import type { SandboxPool } from './sandbox';
import type { Clock } from './schedule/clock';
import type { Scheduler } from './schedule/scheduler';
import type { ProjectSettings } from './settings/project-settings';
import type { SkillRuns } from './skill-run';
import type { LoadedAgents } from './source/loaded';
import type { Store } from './store';
import type { Vaults } from './vault';

/** What the routes work with; made once, in `runtime.ts`. */
export interface Services extends AnalyzeServices {
  project: Project;
  projectId: string;
  store: Store;
  audit: Audit;
  keys: Keys;
  vaults: Vaults;
  settings: ProjectSettings;
  loaded: LoadedAgents;
  models: ModelRouter;
  offered: OfferedModels;
  mcp: McpServers;
  inputs: Inputs;
  runs: Runs;
  sandboxes: SandboxPool;
  debuggers: Debuggers;
  skillRuns: SkillRuns;
  evals: EvalRuns;
  schedules: Scheduler;
  clock: Clock;
  knowledge: KnowledgeBase;
  limits: Limits;
  prices: ModelPrices;
  log: Log;
}
