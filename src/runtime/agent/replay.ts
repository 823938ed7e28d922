import type { ReplayRequest } from '../../protocol';
import { badRequest } from '../http/problem';
import type { Session, Step, Store } from '../store';
import { readHistory } from './history';
import type { Runs, StartedRun } from './runs';

/**
 * Replays a session from a step, as a new session that knows its parent. The steps before `from_step` are
 * taken over as they were, not run again; from it on everything is new.
 *
 * With a `message` the new session goes on with it where the old one had `from_step`. Without, it goes on by
 * itself: a message that stood at `from_step` is said again, a block whose result stood there is run again
 * (the answers its primitives had before `from_step` are given again), and otherwise the model is asked.
 *
 * @throws Problem 400 for a step that the session does not have, or one from which nothing leads on.
 */
export async function replay(
  { store, runs }: { store: Store; runs: Runs },
  parent: Session,
  request: ReplayRequest,
): Promise<StartedRun> {
  const steps = await store.steps.list(parent.id);
  const fromStep = request.from_step;
  if (!Number.isInteger(fromStep) || fromStep < 0 || fromStep > steps.length) {
    const most = steps.length;
    throw badRequest(`The field "from_step" must be a whole number from 0 to ${most}.`, {
      field: 'from_step',
    });
  }
  const taken = steps.filter((step) => step.step_index < fromStep);
  const message = request.message ?? messageAt(steps, fromStep);
  if (message === undefined && readHistory(taken).settled) {
    throw badRequest('Nothing leads on from this step; send a "message" to go on with.', {
      field: 'message',
    });
  }
  const session = await store.transaction(async (nouns) => {
    const created = await nouns.sessions.create({
      projectId: parent.project_id,
      agentId: parent.agent_id,
      target: parent.target,
      versionId: parent.version_id,
      title: parent.title,
      systemPrompt: request.system_prompt ?? (parent.prompt_given ? parent.system_prompt : undefined),
      model: parent.model_given ? parent.model : undefined,
      tools: parent.tools,
      metadata: { ...parent.metadata, parent_session_id: parent.id, from_step: fromStep },
      indexIds: parent.index_ids,
    });
    await nouns.steps.copy(taken, created.id);
    return created;
  });
  return runs.start(session, message, [
    {
      type: 'replay_started',
      content: session.id,
      args: { session_id: session.id, parent_session_id: parent.id, from_step: fromStep },
    },
  ]);
}

function messageAt(steps: readonly Step[], index: number): string | undefined {
  const step = steps.find((one) => one.step_index === index);
  return step?.step_type === 'message' ? step.content : undefined;
}
