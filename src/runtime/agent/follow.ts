import { isTerminal, type RunEvent } from '../../protocol';
import type { Session, Step, Store } from '../store';
import type { ActiveRun, Follower } from './active-run';
import { stepEvent } from './events';
import type { Runs } from './runs';

export interface FollowServices {
  store: Pick<Store, 'steps' | 'sessions'>;
  runs: Pick<Runs, 'active'>;
  projectId: string;
}

/**
 * Follows a session from a step on: the steps that it has, then what its run says, each once, to the run's end. Without
 * a run under way the end of the last one follows the steps at once.
 * @param after index of the last step that is known, -1 for none
 */
export function follow(services: FollowServices, session: Session, after: number): Follower {
  // Before the steps are read, so that none falls between.
  const run = services.runs.active(session.id);
  const live = run?.follow();
  return {
    events: eventsFrom(services, session, after, run, live),
    leave: () => live?.leave(),
  };
}

async function* eventsFrom(
  { store, runs, projectId }: FollowServices,
  { id }: Session,
  after: number,
  run: ActiveRun | undefined,
  live: Follower | undefined,
): AsyncGenerator<RunEvent> {
  let last = after;
  try {
    for (const step of toldSteps(await store.steps.list(id), after, run)) {
      last = step.step_index;
      const event = stepEvent(step);
      yield event;
      if (isTerminal(event.type)) return;
    }
    for await (const event of live?.events ?? []) {
      const index = typeof event.step_index === 'number' ? event.step_index : undefined;
      if (index !== undefined && index <= last) continue;
      last = index ?? last;
      yield event;
      if (isTerminal(event.type)) return;
    }
    const session = await store.sessions.get(projectId, id);
    yield ending(session, runs.active(id) !== undefined);
  } catch (error) {
    // What goes wrong in a stream is itself an event.
    yield { type: 'error', content: `The session could not be read: ${String(error)}` };
  } finally {
    // Whoever has heard the end follows no more: the run would count on them for ever.
    live?.leave();
  }
}

/**
 * An error ended an earlier run when something came after it, or when a run is under way that did not write it; a stream
 * that ended there would lose the rest.
 */
function toldSteps(steps: readonly Step[], after: number, run: ActiveRun | undefined): Step[] {
  const last = steps.at(-1);
  const ends = (step: Step) => step === last && (!run || run.wrote(step.step_index));
  return steps.filter((step) => step.step_index > after && (step.step_type !== 'error' || ends(step)));
}

/** What a run would have said at its end. */
function ending(session: Session | undefined, active: boolean): RunEvent {
  if (!session) return { type: 'error', content: 'The session was deleted.' };
  if (!active && (session.status === 'running' || session.status === 'waiting')) {
    // Its end could not be stored.
    return { type: 'error', content: 'The run broke; the log of the runtime says why.' };
  }
  switch (session.status) {
    case 'error':
      return { type: 'error', content: 'The run has failed.' };
    case 'cancelled':
      return { type: 'error', content: 'The run was stopped.' };
    case 'interrupted':
      return { type: 'error', content: 'The runtime went down before the run had ended.' };
    default: {
      const { id, step_count: steps, prompt_tokens: prompt, completion_tokens: completion } = session;
      return { type: 'done', summary: { session_id: id, steps, tokens: { prompt, completion } } };
    }
  }
}
