import type { ReplayRequest, RunEvent } from '../../protocol';
import type { Debuggers } from '../debug';
import { badRequest } from '../http/problem';
import type { ModelRouter } from '../models/types';
import type { LoadedAgents } from '../source/loaded';
import type { Session, Step, Store } from '../store';
import type { Follower } from './active-run';
import { readHistory } from './history';
import type { Runs } from './runs';
import { withSuggestion } from './suggestion';
import { Tape } from './tape';

export interface ReplayServices {
  store: Store;
  loaded: LoadedAgents;
  runs: Runs;
  models: Pick<ModelRouter, 'resolve'>;
  debuggers: Debuggers;
}

/**
 * Replays a session from a step, as a new session that knows its parent. The steps before `from_step` are
 * taken over as they were, not run again; from it on everything is new.
 *
 * With a `message` the new session goes on with it where the old one had `from_step`. Without, it goes on by
 * itself: a message that stood at `from_step` is said again, a block whose result stood there is run again
 * (the answers its primitives had before `from_step` are given again), and otherwise the model is asked.
 *
 * `suggestion` changes files of the source that the new session runs, in this and every later run of it.
 *
 * `edits` changes what taken over steps gave, and `reuse` what may be answered from the record: see `Tape`.
 *
 * @returns its first follower, and the new session's id.
 * @throws Problem 400 for a step that the session does not have, or one from which nothing leads on.
 */
export async function replay(
  services: ReplayServices,
  parent: Session,
  request: ReplayRequest,
): Promise<Follower & { sessionId: string }> {
  const { store, runs, debuggers } = services;
  const steps = await store.steps.list(parent.id);
  const fromStep = request.from_step;
  if (!Number.isInteger(fromStep) || fromStep < 0 || fromStep > steps.length) {
    const most = steps.length;
    throw badRequest(`The field "from_step" must be a whole number from 0 to ${most}.`, {
      field: 'from_step',
    });
  }
  const taken = edited(
    steps.filter((step) => step.step_index < fromStep),
    request.edits ?? [],
  );
  const message = request.message ?? messageAt(steps, fromStep);
  if (message === undefined && readHistory(taken).settled) {
    throw badRequest('Nothing leads on from this step; send a "message" to go on with.', {
      field: 'message',
    });
  }
  await checkChoices(services, parent, request);
  const source = {
    project_id: parent.project_id,
    agent_id: parent.agent_id,
    metadata: parent.metadata,
    target: request.target ?? parent.target,
    version_id: request.target && request.target !== parent.target ? null : parent.version_id,
    // What is asked for as it stands is not what the parent had changed.
    changed_files: request.target ? null : parent.changed_files,
  };
  const given = request.system_prompt ?? (parent.prompt_given ? parent.system_prompt : undefined);
  const suggested = request.suggestion && (await withSuggestion(services, source, given, request.suggestion));
  const session = await store.transaction(async (nouns) => {
    const created = await nouns.sessions.create({
      projectId: parent.project_id,
      agentId: parent.agent_id,
      target: source.target,
      versionId: source.version_id,
      title: parent.title,
      systemPrompt: suggested ? suggested.systemPrompt : given,
      model: request.model || (parent.model_given ? parent.model : undefined),
      tools: parent.tools,
      metadata: { ...parent.metadata, parent_session_id: parent.id, from_step: fromStep },
      indexIds: parent.index_ids,
      changedFiles: suggested?.changedFiles ?? source.changed_files,
    });
    await nouns.steps.copy(taken, created.id);
    // A block that runs again says again where it has been.
    if (request.debug)
      await nouns.debug.copy(parent.id, created.id, readHistory(taken).pending?.step ?? fromStep);
    return created;
  });
  if (request.debug) {
    // The run that stands still is replaced: it must not go on beside its replay.
    await runs.stop(parent.id);
    await debuggers.move(parent.id, session.id);
  }
  const started: RunEvent = {
    type: 'replay_started',
    content: session.id,
    args: { session_id: session.id, parent_session_id: parent.id, from_step: fromStep },
  };
  const tape = new Tape(steps, { system: parent.system_prompt, model: parent.model }, request);
  const follower = await runs.start(session, message, { first: [started], tape });
  return { ...follower, sessionId: session.id };
}

/** @throws Problem 400 for a model that cannot be called, or a target that has no source. */
async function checkChoices(
  { store, models }: ReplayServices,
  { project_id: projectId, agent_id: agentId }: Session,
  { model, target }: ReplayRequest,
): Promise<void> {
  if (model) {
    try {
      models.resolve(model);
    } catch (error) {
      throw badRequest(error instanceof Error ? error.message : String(error), { field: 'model' });
    }
  }
  if (!target) return;
  const agent = agentId ? await store.agents.get(projectId, agentId) : undefined;
  const source = agent && (target === 'draft' ? await store.drafts.of(agent.id) : agent.active_version_id);
  if (!source) {
    throw badRequest(`The agent of this session has no ${target === 'draft' ? 'draft' : 'live version'}.`, {
      field: 'target',
    });
  }
}

/**
 * Puts other values in the place of what steps gave.
 * @throws Problem 400 for a step that is not taken over, or that gave nothing.
 */
function edited(steps: readonly Step[], edits: readonly { step_index: number; value: unknown }[]): Step[] {
  const changed = [...steps];
  for (const { step_index: index, value } of edits) {
    const step = changed[index];
    const change = step && withValue(step, value);
    if (!change) {
      throw badRequest(`The step ${index} is not one before "from_step" that gave something to change.`, {
        field: 'edits',
      });
    }
    changed[index] = change;
  }
  return changed;
}

function withValue(step: Step, value: unknown): Step | undefined {
  const { failure, error, ...args } = step.tool_args ?? {};
  const text = typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? '');
  switch (step.step_type) {
    case 'message':
      return { ...step, content: text };
    case 'execute_js_result':
      return {
        ...step,
        content: text,
        tool_args: { ...args, ok: true, result: value ?? null, edited: true },
      };
    case 'sandbox_event': {
      if (typeof args.call !== 'string') return undefined;
      const summary = `${args.call}, changed by hand: ${short(JSON.stringify(value ?? null))}`;
      return {
        ...step,
        content: summary,
        tool_args: { ...args, value: value ?? null, summary, edited: true },
      };
    }
    default:
      return undefined;
  }
}

/** Longest value that a step's line shows, in characters. */
const longestShown = 80;

function short(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text;
}

function messageAt(steps: readonly Step[], index: number): string | undefined {
  const step = steps.find((one) => one.step_index === index);
  return step?.step_type === 'message' ? step.content : undefined;
}
