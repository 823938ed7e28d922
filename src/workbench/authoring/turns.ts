import * as vscode from 'vscode';
import type { TavoraClient } from '../../client';
import { PoliteError } from '../shared/errors';
import type { Workspaces } from '../shared/workspaces';
import type { EvalWords } from './parts';

/** A message to an agent and its answer, as an eval is made from it. */
export interface Turn extends EvalWords {
  /** The agent's id in its project. */
  agentId?: string;
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
    input: message,
    ...(typeof answer === 'string' && answer !== '' ? { criteria: criteriaOf(answer) } : {}),
  };
}

/** @returns the id of the session that a row of the view "Sessions", or an argument, stands for. */
export function readSession(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  const { session, sessionId } = (value ?? {}) as { session?: { id?: unknown }; sessionId?: unknown };
  const id = session?.id ?? sessionId;
  return typeof id === 'string' ? id : undefined;
}

/**
 * Asks which turn of a session is meant, where it has several.
 * @throws PoliteError for a session without a message, CancellationError when the person leaves.
 */
export async function askTurn(client: TavoraClient, sessionId: string): Promise<Turn> {
  const { session, steps } = await client.sessions.get(sessionId);
  const messages = steps.filter((step) => step.step_type === 'message');
  const turns = messages.map((message, i): Turn => {
    const until = messages[i + 1]?.step_index ?? Number.POSITIVE_INFINITY;
    const answer = steps.findLast(
      (step) =>
        step.step_type === 'response' && step.step_index > message.step_index && step.step_index < until,
    );
    const agentId = session.metadata?.local_id;
    return {
      ...(typeof agentId === 'string' ? { agentId } : {}),
      input: message.content,
      ...(answer ? { criteria: criteriaOf(answer.content) } : {}),
    };
  });
  const [only] = turns;
  if (!only) {
    throw new PoliteError('Nobody has said anything in this session yet.');
  }
  if (turns.length === 1) {
    return only;
  }
  const items = turns.map((turn) => ({ label: turn.input ?? '', detail: turn.criteria, turn }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Which message?' });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.turn;
}

/** The project that has the agent of a turn, for commands that ask for a target. */
export function targetOf(workspaces: Workspaces, { agentId }: Turn): unknown {
  const project = agentId === undefined ? undefined : workspaces.projects.find((one) => one.agent(agentId));
  return project && { folder: project.folder, agentId };
}

/** What was answered, as a judge can hold other answers against it; a person then says what of it matters. */
function criteriaOf(answer: string): string {
  const text = answer.replace(/\s+/g, ' ').trim();
  return `The answer says the same as this one: ${text.length > 400 ? `${text.slice(0, 399)}…` : text}`;
}
