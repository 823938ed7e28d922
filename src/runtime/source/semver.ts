import type { LoadedAgent } from './loaded';

/**
 * The version of an agent's next deployment.
 *
 * The first is 1.0.0. After it: *minor* when the agent can do something else, that is when its `agent.jsonc`
 * changed or a file came or went; *patch* when only the contents of files changed. An unchanged agent is not
 * asked about: it keeps its version. A major step is never taken by a machine.
 *
 * @param before semver of the newest version, and its source; undefined before the first.
 */
export function nextSemver(
  before: { semver: string; source: LoadedAgent } | undefined,
  next: LoadedAgent,
): string {
  if (!before) return '1.0.0';
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(before.semver);
  if (!parts) throw new Error(`The stored version ${JSON.stringify(before.semver)} is not a semver.`);
  const [major, minor, patch] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return changesAbilities(before.source, next) ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function changesAbilities(before: LoadedAgent, next: LoadedAgent): boolean {
  const hashes = new Map(before.files.map((file) => [file.path, file.hash]));
  if (before.files.length !== next.files.length) return true;
  if (next.files.some((file) => !hashes.has(file.path))) return true;
  const { configPath } = next.agent;
  return hashes.get(configPath) !== next.files.find((file) => file.path === configPath)?.hash;
}
