import type { EvalsDeployment } from '../../../webviews/evals/messages';
import type { EvalRecord } from './record';

/**
 * The versions that were made of known states of source, oldest first, each once by its semver.
 * @param records of the agent: a run over what is live tells which source its version was made of
 * @param told by the server and by what this workspace deployed; `source` is "" where they do not know it
 */
export function deploymentsOf(
  records: readonly EvalRecord[],
  told: readonly EvalsDeployment[],
): EvalsDeployment[] {
  const bySemver = new Map<string, EvalsDeployment>();
  for (const { target, semver, sourceHash, at } of records) {
    if (target === 'live' && semver && sourceHash && !bySemver.has(semver)) {
      bySemver.set(semver, { source: sourceHash, semver, at });
    }
  }
  for (const version of told) {
    const semver = version.semver.replace(/^v/, '');
    if (version.source) bySemver.set(semver, { ...version, semver });
  }
  return [...bySemver.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}
