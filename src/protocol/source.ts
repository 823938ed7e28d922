import * as z from 'zod/mini';
import { Id, Timestamp } from './base';
import { Issue } from './issue';

/** One file of an agent. `path` is relative to the folder with `tavora.jsonc`, with `/`. */
export const ManifestFile = z.looseObject({
  path: z.string(),
  hash: z.string(),
  size: z.number(),
  content: z.string(),
});
export type ManifestFile = z.infer<typeof ManifestFile>;

export const ManifestAgent = z.looseObject({
  id: z.string(),
  sourceHash: z.string(),
  files: z.array(ManifestFile),
});
export type ManifestAgent = z.infer<typeof ManifestAgent>;

/** A project's source as it is sent to a server. Built and hashed in `project/manifest`. */
export const Manifest = z.looseObject({
  project: z.string(),
  environment: z.optional(z.string()),
  sourceHash: z.string(),
  generatedAt: z.string(),
  agents: z.array(ManifestAgent),
  /** Our runtime's: what the project's `tavora.jsonc` makes of single rules, by code: `off`, `warning` or `error`. */
  rules: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
});
export type Manifest = z.infer<typeof Manifest>;

const ServerIssues = z.optional(z.nullable(z.array(Issue)));

export const SyncResult = z.looseObject({
  draftHash: z.string(),
  agents: z.array(
    z.looseObject({
      localId: z.string(),
      agentId: Id,
      draftId: z.optional(z.string()),
      sourceHash: z.string(),
    }),
  ),
  syncedAt: Timestamp,
  serverIssues: ServerIssues,
});
export type SyncResult = z.infer<typeof SyncResult>;

export const ValidateResult = z.looseObject({
  issues: z.pipe(
    z.optional(z.nullable(z.array(Issue))),
    z.transform((issues) => issues ?? []),
  ),
});
export type ValidateResult = z.infer<typeof ValidateResult>;

export const DeployRequest = z.looseObject({
  project: z.string(),
  environment: z.optional(z.string()),
  localAgentId: z.optional(z.string()),
  runEvals: z.optional(z.boolean()),
});
export type DeployRequest = z.infer<typeof DeployRequest>;

export const DeployResult = z.looseObject({
  version: z.string(),
  agents: z.array(z.looseObject({ localId: z.string(), agentId: Id, versionId: Id, semver: z.string() })),
  deployedAt: Timestamp,
  serverIssues: ServerIssues,
});
export type DeployResult = z.infer<typeof DeployResult>;

export const RenameRequest = z.looseObject({
  project: z.string(),
  environment: z.optional(z.string()),
  oldLocalId: z.string(),
  newLocalId: z.string(),
});
export type RenameRequest = z.infer<typeof RenameRequest>;
export const RenameResult = z.looseObject({ agentId: Id, oldLocalId: z.string(), newLocalId: z.string() });
export type RenameResult = z.infer<typeof RenameResult>;

export const DeleteRequest = z.looseObject({
  project: z.string(),
  environment: z.optional(z.string()),
  localId: z.string(),
  force: z.optional(z.boolean()),
});
export type DeleteRequest = z.infer<typeof DeleteRequest>;
export const DeleteResult = z.looseObject({ agentId: Id, localId: z.string(), deleted: z.boolean() });
export type DeleteResult = z.infer<typeof DeleteResult>;

export const ExportResult = z.looseObject({ project: z.string(), agents: z.array(ManifestAgent) });
export type ExportResult = z.infer<typeof ExportResult>;

export const DiffResult = z.looseObject({
  inSync: z.boolean(),
  paths: z.pipe(
    z.optional(
      z.nullable(
        z.array(z.looseObject({ path: z.string(), state: z.enum(['local-only', 'server-only', 'changed']) })),
      ),
    ),
    z.transform((paths) => paths ?? []),
  ),
});
export type DiffResult = z.infer<typeof DiffResult>;
