export { type PoolOptions, SandboxPool } from './pool';
export type {
  BlockError,
  BlockErrorKind,
  BlockResult,
  Sandbox,
  SandboxLimits,
  SandboxOptions,
  SandboxServer,
  SandboxSkill,
} from './types';
