import type { EvalRun } from '../../protocol';

/** Over which source of an agent results are, as far as anybody knows. */
export interface Over {
  target?: 'draft' | 'live';
  sourceHash?: string;
  versionId?: string;
}

/** The source of an agent as it is now. */
export interface SourceNow {
  /** Of the files here. */
  sourceHash: string;
  deployed?: { semver: string; versionId: string };
}

/** @param known what whoever started the run knows of it; the server's word comes first */
export function overOf(run: EvalRun, known: Over = {}): Over {
  const target = run.target === 'draft' || run.target === 'live' ? run.target : known.target;
  const sourceHash = run.source_hash || known.sourceHash;
  const versionId = run.agent_version_id || known.versionId;
  return {
    ...(target ? { target } : {}),
    ...(sourceHash ? { sourceHash } : {}),
    ...(versionId ? { versionId } : {}),
  };
}

/** @returns over which source results are, in a few words; "" where nobody knows. */
export function overText({ target, sourceHash, versionId }: Over, now: SourceNow): string {
  if (target === 'live') {
    const { deployed } = now;
    if (!deployed) return 'what is live';
    const isLive = versionId === undefined || versionId === deployed.versionId;
    return isLive ? `v${deployed.semver.replace(/^v/, '')}` : 'another version';
  }
  if (target === undefined || sourceHash === undefined) return '';
  return sourceHash === now.sourceHash ? 'this draft' : 'an older draft';
}
