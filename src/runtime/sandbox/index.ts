export type { SkillCounts } from './cover/counters';
export { coverMap } from './cover/cover';
export type { Counted, CountedArm, CoverMap } from './cover/cover-map';
export type { DebugPlan, SandboxDebug, ScriptCommand, ScriptPoint, ScriptStop } from './debug/types';
export { everywhere } from './debug/types';
export { type PoolOptions, SandboxPool } from './pool';
export type {
  BlockError,
  BlockErrorKind,
  BlockResult,
  CallPlace,
  Sandbox,
  SandboxLimits,
  SandboxOptions,
  SandboxServer,
  SandboxSkill,
} from './types';
