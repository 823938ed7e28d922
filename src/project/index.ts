export { type Capability, capabilities, currentCapabilities } from './capabilities';
export { CaseLabels, type CaseOwner, type OfCase } from './case-labels';
export {
  type ChangeCounts,
  compareFiles,
  countChanges,
  type FileHash,
  fileHashes,
  type SourceChange,
  type SourceFiles,
  shareOf,
} from './changes';
export { isHttpAddress, projectConfigPath } from './config/project-config';
export { cronProblem } from './config/schedules';
export { type ActiveCall, callsAt, dataAt, namesOf } from './debug/calls';
export { filterCondition } from './debug/filter-condition';
export { functionName, isExported } from './debug/function-names';
export { functionsOf, type Place, stopPlaces } from './debug/places';
export { boundNames } from './debug/scopes';
export { findStops, type Stop, type Stops, stopOnLine } from './debug/stops';
export * from './declarations';
export { fileUsers } from './file-users';
export * from './fixes';
export { authoringGuide } from './guide';
export { agentSourceHash, compareBytes, type HashedFile, hashBytes, projectSourceHash } from './hash';
export { fieldAt } from './json/field-at';
export type { JsonSchema } from './json/schema';
export { LineIndex } from './lines';
export { loadProject } from './load';
export {
  buildManifest,
  contentOf,
  fatalIssuesOf,
  filesFromManifest,
  ManifestError,
  type ManifestOptions,
  sentLevels,
  sourceFiles,
} from './manifest';
export { pathProblem } from './merge';
export * from './migrate';
export { checkJsonFile, checkOpenFile, levelsOf, projectIssues } from './open-file';
export { folderOf, isSafePath } from './paths';
export { type PrimitiveDoc, primitives } from './primitives';
export * from './refactor';
export { type RuleLevel, type RuleLevels, readLevels, ruleLevels, serverLevels } from './rules/levels';
export { ruleLine, rulesMarkdown } from './rules/markdown';
export type { ServerFacts } from './rules/server-rules';
export { type Rule, type RuleCode, type RuleGroup, ruleOf, rules } from './rules/table';
export type { RuleView } from './rules/view';
export * from './scaffold/names';
export { editorSchemas, publishedSchemas } from './schemas';
export { rulesSchema } from './schemas/project';
export { type SecretUse, secretUses } from './secret-uses';
export { parseSkill } from './skills/analyze';
export { moduleName, type SkillContext } from './skills/context';
export type {
  CallStyle,
  NamedRange,
  SkillFunction,
  SkillInfo,
  SkillParam,
  SkillSyntaxError,
} from './skills/info';
export { checkSkill } from './skills/rules';
export type * from './types';
export { type SkillCandidate, validateSkill } from './validate-skill';
