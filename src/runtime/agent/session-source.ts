import type { LoadedAgent, LoadedAgents } from '../source/loaded';
import type { Session, Store } from '../store';

/** What a session's next run is made of. */
export interface SessionSource {
  /** Undefined for a session without an agent, and where `missing` says why there is nothing. */
  loaded?: LoadedAgent;
  /** A sentence: why the session cannot run. */
  missing?: string;
}

/** What of a session says which source its runs have. */
export type RunnableSession = Pick<
  Session,
  'project_id' | 'agent_id' | 'target' | 'version_id' | 'metadata' | 'changed_files'
>;

/**
 * The newest source that the session's target names: its draft, its pinned version, or what is live; with the files
 * that are the session's own in place.
 */
export async function sourceOf(
  { store, loaded }: { store: Store; loaded: LoadedAgents },
  session: RunnableSession,
): Promise<SessionSource> {
  if (!session.agent_id) {
    if (!session.metadata.agent_id) return {};
    return { missing: 'The agent of this session has been deleted; its trace can be read, but not run.' };
  }
  if (session.target === 'draft') {
    const draft = await store.drafts.of(session.agent_id);
    if (!draft) return { missing: 'The agent has no draft; sync its source first.' };
    return { loaded: await withChanges(loaded, session, draft.tree_id) };
  }
  const agent = await store.agents.get(session.project_id, session.agent_id);
  const versionId = session.version_id ?? agent?.active_version_id;
  const version = versionId ? await store.versions.get(versionId) : undefined;
  if (!version) return { missing: 'The agent has no live version; deploy it first.' };
  return { loaded: await withChanges(loaded, session, version.tree_id) };
}

async function withChanges(
  loaded: LoadedAgents,
  session: RunnableSession,
  treeId: string,
): Promise<LoadedAgent> {
  const { changed_files: changed } = session;
  return changed ? await loaded.loadChanged(treeId, changed) : await loaded.load(treeId);
}
