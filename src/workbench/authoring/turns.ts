import * as vscode from 'vscode';
import { isUnserved, type TavoraClient } from '../../client';
import type { AgentSession, AgentStep } from '../../protocol';
import { PoliteError, sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { ownerOf } from '../shared/session-owner';
import type { EvalWords } from './parts';

/** A message to an agent and what came of it, as an eval is made from it. */
export interface Turn {
  /** The agent's id in its project. */
  agentId?: string;
  message: string;
  /** "" where there is none. */
  answer: string;
  /** What the agent was told when it asked, in order. */
  answers: (boolean | string)[];
  session?: AgentSession;
  /** Index of the step that was not as expected, where one is meant. */
  step?: number;
}

/** A place in a session: a message by its number from 0, or a step by its index; neither leaves it open. */
export interface TurnPlace {
  sessionId: string;
  turn?: number;
  step?: number;
}

/** @returns a turn that a command was given outright: `{agentId?, message, answer?}`. */
export function readTurn(value: unknown): Turn | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { agentId, message, answer } = value as Record<string, unknown>;
  if (typeof message !== 'string') {
    return undefined;
  }
  return {
    ...(typeof agentId === 'string' ? { agentId } : {}),
    message,
    answer: typeof answer === 'string' ? answer : '',
    answers: [],
  };
}

/** @returns the place that a row of the view "Sessions", a page, or an id stands for. */
export function readPlace(value: unknown): TurnPlace | undefined {
  if (typeof value === 'string') {
    return { sessionId: value };
  }
  const { session, sessionId, turn, step } = (value ?? {}) as Record<string, unknown>;
  const id = (session as { id?: unknown } | undefined)?.id ?? sessionId;
  return typeof id === 'string'
    ? {
        sessionId: id,
        ...(typeof turn === 'number' ? { turn } : {}),
        ...(typeof step === 'number' ? { step } : {}),
      }
    : undefined;
}

/**
 * Reads a turn of a session; asks which one where the place leaves it open and there are several. An eval begins a
 * session anew: of a later turn it is said what the case will lack, and the first one is offered too.
 * @throws PoliteError for a session without such a message, CancellationError when the person leaves.
 */
export async function findTurn(client: TavoraClient, place: TurnPlace): Promise<Turn> {
  const { session, steps } = await client.sessions.get(place.sessionId);
  const messages = steps.filter((step) => step.step_type === 'message');
  const turns = messages.map((message, i) => turnOf(session, steps, message, messages[i + 1]));
  const [first] = turns;
  if (!first) {
    throw new PoliteError('Nobody has said anything in this session yet.');
  }
  const { turn: wanted, step } = place;
  if (wanted !== undefined || step !== undefined) {
    const at = wanted ?? messages.findLastIndex((message) => message.step_index <= (step ?? 0));
    const turn = turns[at];
    if (!turn) {
      throw new PoliteError('The server does not have that message, so no eval can be made of it.');
    }
    const meant = { ...turn, ...(step === undefined ? {} : { step }) };
    return turn === first ? meant : await pickTurn(laterTitle, [meant, first], first);
  }
  if (turns.length === 1) {
    return first;
  }
  return await pickTurn('Which message?', turns, first);
}

const laterTitle = 'The agent will not know what was said before. Which message becomes the eval?';

/** @throws CancellationError when the person leaves. */
async function pickTurn(title: string, turns: readonly Turn[], first: Turn): Promise<Turn> {
  const items = turns.map((turn) => ({
    label: turn.message,
    description: turn === first ? 'the first message' : 'without what was said before it',
    detail: turn.answer,
    turn,
  }));
  const picked = await vscode.window.showQuickPick(items, { title });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.turn;
}

/** The project that has the agent of a turn, for commands that ask for a target. */
export function targetOf(services: Services, { agentId, session }: Turn): unknown {
  const owner = session && ownerOf(services, session);
  if (owner) {
    return { folder: owner.project.folder, agentId: owner.agentId };
  }
  const project =
    agentId === undefined ? undefined : services.workspaces.projects.find((one) => one.agent(agentId));
  return project && { folder: project.folder, agentId };
}

/**
 * Asks what was expected, and proposes criteria from that and from the answer: the answer itself where it was right,
 * else what the person says; for a step, what the server's analysis makes of it.
 * @throws CancellationError when the person leaves.
 */
export async function askWords(services: Services, turn: Turn): Promise<EvalWords> {
  const expected = await vscode.window.showInputBox({
    title: 'Save as Eval',
    prompt: turn.answer
      ? 'What should a good answer do? Leave it empty when the answer was right.'
      : 'What should a good answer do?',
    placeHolder: 'Such as: asks for confirmation before money is paid back',
    ignoreFocusOut: true,
  });
  if (expected === undefined) {
    throw new vscode.CancellationError();
  }
  const { message: input, answer, answers } = turn;
  const given = { input, ...(answers.length > 0 ? { answers } : {}) };
  const said = expected.trim();
  if (said === '') {
    return { ...given, ...(answer ? { criteria: criteriaOf(answer) } : {}) };
  }
  const analysed = await analysedCase(services, turn, said);
  return { ...given, criteria: analysed?.criteria || said, ...(analysed ? { name: analysed.name } : {}) };
}

/** The case that the server proposes for a step that was not as expected; undefined where it proposes none. */
async function analysedCase(
  { connection, log }: Services,
  { session, step }: Turn,
  expected: string,
): Promise<{ name: string; criteria?: string | null | undefined } | undefined> {
  if (!session || step === undefined) {
    return undefined;
  }
  const location = vscode.ProgressLocation.Notification;
  return await vscode.window.withProgress({ location, title: 'Proposing an eval' }, async () => {
    try {
      const client = await connection.client();
      const request = { failed_steps: [step], expected_outcome: expected };
      return (await client.studio.analyze(session.id, request)).eval_case ?? undefined;
    } catch (error) {
      // What the person said is a criterion as it is.
      if (!isUnserved(error)) {
        log.warn(`${connection.state.server.label} proposed no eval: ${sentence(error)}`);
      }
      return undefined;
    }
  });
}

function turnOf(
  session: AgentSession,
  steps: readonly AgentStep[],
  message: AgentStep,
  next: AgentStep | undefined,
): Turn {
  const until = next?.step_index ?? Number.POSITIVE_INFINITY;
  const own = steps.filter(({ step_index: at }) => at > message.step_index && at < until);
  const agentId = session.metadata?.local_id;
  return {
    ...(typeof agentId === 'string' ? { agentId } : {}),
    message: message.content,
    answer: own.findLast((step) => step.step_type === 'response')?.content ?? '',
    answers: own.flatMap(answerIn),
    session,
  };
}

/** What a person answered: the runtime tells it with the call that asked. */
function answerIn({ tool_args: args }: AgentStep): (boolean | string)[] {
  const { call, value } = (args ?? {}) as { call?: unknown; value?: unknown };
  const asked = call === 'confirm' || call === 'choice' || call === 'input';
  return asked && (typeof value === 'boolean' || typeof value === 'string') ? [value] : [];
}

/** What was answered, as a judge can hold other answers against it; a person then says what of it matters. */
function criteriaOf(answer: string): string {
  const text = answer.replace(/\s+/g, ' ').trim();
  return `The answer says the same as this one: ${text.length > 400 ? `${text.slice(0, 399)}…` : text}`;
}
