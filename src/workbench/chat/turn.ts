import { ApiError, type StreamOutcome } from '../../client';
import { type RunEvent, replaySessionId } from '../../protocol';
import type { ChatTarget, Ending } from '../../webviews/chat/messages';
import { runCommand } from '../shared/commands';
import { endRun } from '../shared/end-run';
import { PoliteError } from '../shared/errors';
import { isToEnd } from '../shared/follow-run';
import type { Services } from '../shared/services';
import { sessionMetadata } from '../shared/session-metadata';
import type { ChatAgent } from './agents';

/** One message to an agent. */
export interface TurnRequest {
  agent: ChatAgent;
  target: ChatTarget;
  /** The session to go on with; undefined begins one. */
  sessionId: string | undefined;
  /** Undefined only where a fork goes on by itself. */
  text: string | undefined;
  /** Says it in the place of this step and what followed, in a session of its own; undefined says it at the end. */
  fromStep?: number;
}

/** What a turn tells while it goes on. */
export interface TurnListener {
  /** The server has a session for it. @param model what the server says of its model; "" for nothing */
  onSession(id: string, model: string): void;
  /** The run has been taken: the message is the server's now. */
  onEvent(event: RunEvent): void;
  /** Sends the message to the draft instead. */
  useDraft(): Promise<void>;
}

/**
 * Sends a message: syncs the draft or finds the live version, opens a session where there is none, runs.
 * @returns how its stream ended.
 * @throws PoliteError, ApiError or ConnectionError when the run never began.
 */
export async function runTurn(
  services: Services,
  request: TurnRequest,
  listener: TurnListener,
  signal: AbortSignal,
): Promise<StreamOutcome> {
  const sessionId = await openSession(services, request, listener, signal);
  const client = await services.connection.client(signal);
  const { text, fromStep } = request;
  const stream =
    fromStep === undefined
      ? client.sessions.run(sessionId, text ?? '', { signal })
      : client.studio.replay(
          sessionId,
          { from_step: fromStep, ...(text === undefined ? {} : { message: text }) },
          { signal },
        );
  // Until the fork is known there is nothing to end: the session that it comes from is another's.
  let running = fromStep === undefined ? sessionId : undefined;
  try {
    for await (const event of stream) {
      const forked = event.type === 'replay_started' ? replaySessionId(event) : undefined;
      if (forked !== undefined) {
        running = forked;
        listener.onSession(forked, '');
      }
      listener.onEvent(event);
    }
  } catch (error) {
    throw error instanceof ApiError && error.status === 404 ? new SessionGone(error) : error;
  }
  if (running !== undefined && isToEnd(signal)) {
    await endRun(client, running, (message) => services.log.warn(message));
  }
  return await stream.outcome;
}

/** The server no longer knows the session; the next message begins another. */
export class SessionGone extends PoliteError {
  constructor(cause: ApiError) {
    super('The server no longer has this conversation. Send the message again to begin a new one.', [], {
      cause,
    });
  }
}

async function openSession(
  services: Services,
  request: TurnRequest,
  listener: TurnListener,
  signal: AbortSignal,
): Promise<string> {
  const { agent, target } = request;
  // A session's runs follow its target: what was saved since the last message must be there before the next.
  const agentId =
    target === 'draft'
      ? await syncedAgent(services, agent, signal)
      : await deployedAgent(services, agent, listener, signal);
  if (request.sessionId !== undefined) {
    return request.sessionId;
  }
  const client = await services.connection.client(signal);
  const metadata = sessionMetadata(agent.agentId, agentId, target);
  const session = await client.sessions.create({ agent_id: agentId, target, metadata }, { signal });
  listener.onSession(session.id, session.model);
  return session.id;
}

async function syncedAgent(
  services: Services,
  { project, agentId }: ChatAgent,
  signal: AbortSignal,
): Promise<string> {
  const { agents } = await services.drafts.ensureSynced(project, signal, [agentId]);
  const synced = agents.find(({ localId }) => localId === agentId);
  if (!synced) {
    throw new PoliteError(
      `The server took the project and did not say what became of the agent "${agentId}".`,
    );
  }
  return synced.agentId;
}

async function deployedAgent(
  services: Services,
  { project, agentId }: ChatAgent,
  listener: TurnListener,
  signal: AbortSignal,
): Promise<string> {
  const { drafts } = services;
  // The server answers first; what it has of the project is known only then.
  await drafts.client(project, signal);
  if (!drafts.record(project, agentId)?.deployed) {
    await drafts.refresh();
  }
  const record = drafts.record(project, agentId);
  if (!record?.serverId || !record.deployed) {
    const name = project.agent(agentId)?.name || agentId;
    throw new PoliteError(`${name} has never been deployed here, so there is no live version to talk to.`, [
      { label: 'Deploy', run: () => runCommand('tavora.deploy', { folder: project.folder, agentId }) },
      { label: 'Use Draft', run: () => listener.useDraft() },
    ]);
  }
  return record.serverId;
}

/** How the turn ended whose run's stream ended so. */
export function endingOf(outcome: StreamOutcome): Ending {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done' };
    case 'error':
    case 'cut':
      return { kind: outcome.kind, message: outcome.message };
    case 'silent':
      return { kind: 'silent', afterMs: outcome.afterMs };
    case 'cancelled':
      return { kind: 'stopped' };
  }
}
