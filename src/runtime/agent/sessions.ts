import type { CreateSession } from '../../protocol';
import type { Audit } from '../audit';
import { badRequest, conflict, notFound } from '../http/problem';
import type { ModelRouter } from '../models/types';
import { usableModel } from '../models/usable';
import type { AgentRow, NewSession, Session, Store } from '../store';
import { checkTools } from './session-tools';

export interface SessionServices {
  store: Store;
  audit: Audit;
  models: Pick<ModelRouter, 'resolve'>;
  projectId: string;
}

/**
 * Creates a session. Without an agent it is a bare sandbox with a model; with one, `target` says which of its
 * sources the runs use: `live` (the default) or the newest `draft`.
 *
 * @throws Problem 404 for an unknown agent or version, 409 when the target has no source, 400 for a foreign
 *   index, a model that cannot be called, or tools that name nothing.
 */
export async function createSession(services: SessionServices, body: CreateSession): Promise<Session> {
  const { store, audit, projectId } = services;
  // A version names its agent: clients that pin one need not name the agent as well.
  const agentId =
    body.agent_id || (body.agent_version_id && (await agentOf(services, body.agent_version_id)));
  const agent = agentId ? await findAgent(services, agentId) : undefined;
  if (!agent && body.target) throw badRequest('"target" needs an "agent_id".', { field: 'agent_id' });
  const target = body.target ?? 'live';
  const versionId = agent ? await checkTarget(services, agent, target, body.agent_version_id) : null;
  const known = new Set((await store.indexes.list(projectId)).map(({ id }) => id));
  const foreign = body.index_ids?.find((id) => !known.has(id));
  if (foreign !== undefined) {
    throw badRequest(`The index "${foreign}" is not one of this project.`, { field: 'index_ids' });
  }
  if (body.model) usableModel(services.models, body.model);
  checkTools(body.tools);
  const fields: NewSession = {
    projectId,
    agentId: agent?.id ?? null,
    target,
    versionId,
    title: body.title ?? '',
    systemPrompt: body.system_prompt,
    model: body.model || undefined,
    tools: body.tools ?? null,
    metadata: {
      ...body.metadata,
      ...(agent ? { agent_id: agent.id, local_id: agent.local_id, target } : {}),
      ...(versionId ? { agent_version_id: versionId } : {}),
    },
    indexIds: body.index_ids ?? null,
  };
  return store.transaction(async (nouns) => {
    const session = await nouns.sessions.create(fields);
    await audit.record(
      {
        action: 'session.create',
        subjectType: 'session',
        subjectId: session.id,
        agentVersionId: versionId,
        sessionId: session.id,
        metadata: agent ? { agent_id: agent.id, target } : {},
      },
      nouns,
    );
    return session;
  });
}

async function findAgent({ store, projectId }: SessionServices, id: string): Promise<AgentRow> {
  const agent = await store.agents.get(projectId, id);
  if (!agent) throw notFound(`The agent "${id}"`);
  return agent;
}

/** @throws Problem 404 for an unknown version. */
async function agentOf({ store }: SessionServices, versionId: string): Promise<string> {
  const version = await store.versions.get(versionId);
  if (!version) throw notFound(`The version "${versionId}"`);
  return version.agent_id;
}

/** @returns the version that the session is pinned to, null for one that follows its target. */
async function checkTarget(
  { store }: SessionServices,
  agent: AgentRow,
  target: 'live' | 'draft',
  versionId: string | undefined,
): Promise<string | null> {
  if (versionId) {
    if (target === 'draft') throw badRequest('A draft has no version.', { field: 'agent_version_id' });
    const version = await store.versions.get(versionId);
    if (version?.agent_id !== agent.id) throw notFound(`The version "${versionId}" of this agent`);
    return version.id;
  }
  if (target === 'draft' && !(await store.drafts.of(agent.id))) {
    throw conflict(`The agent "${agent.local_id}" has no draft; sync its source first.`);
  }
  if (target === 'live' && !agent.active_version_id) {
    throw conflict(`The agent "${agent.local_id}" has not been deployed; deploy it, or use target "draft".`);
  }
  return null;
}
