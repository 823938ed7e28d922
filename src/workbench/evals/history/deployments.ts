import type { EvalsDeployment } from '../../../webviews/evals/messages';
import type { EvalRecord } from './record';

/** What is known of an agent's deployed versions, each once by its semver; `source` is "" where nobody knows it. */
type Version = EvalsDeployment;

/**
 * The versions that were made of known states of source.
 * @param records of the agent: a live run tells which source its version was made of
 * @param told by the server and by what this workspace deployed
 */
export function deploymentsOf(records: readonly EvalRecord[], told: readonly Version[]): EvalsDeployment[] {
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
