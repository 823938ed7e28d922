import * as vscode from 'vscode';
import type { AgentSession } from '../../protocol';
import { abortSignal, PoliteError } from '../shared/errors';
import { inParallel } from '../shared/in-parallel';
import type { Services } from '../shared/services';
import { relativeTime } from '../shared/session-text';
import { askSkill, type SkillTarget } from '../shared/skill-target';
import { type SkillStep, stepsOfSkill } from './skill-steps';

/** How many of the newest sessions are looked through, and how many at a time. */
const lookedThrough = 50;
const width = 4;

interface Run extends SkillStep {
  session: AgentSession;
}

/**
 * Shows the last steps that ran a skill, newest first.
 * @param value the skill's row or file; else that of the open editor
 * @returns the step that the person picks.
 * @throws CancellationError when none is picked, PoliteError when no session ran the skill.
 */
export async function pickLastRun(
  services: Services,
  value: unknown,
): Promise<{ sessionId: string; step: number }> {
  const target = await askSkill(services.workspaces, value);
  const { name } = target.skill;
  const runs = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Looking for runs of ${name}`,
      cancellable: true,
    },
    async (_, token) => {
      const { signal, end } = abortSignal(token);
      try {
        return await lastRuns(services, target, signal);
      } finally {
        end();
      }
    },
  );
  if (runs.length === 0) {
    throw new PoliteError(
      `None of the newest ${lookedThrough} sessions of ${services.connection.state.server.label} ran ${name} from a block.`,
    );
  }
  const now = Date.now();
  const picked = await vscode.window.showQuickPick(
    runs.map(({ session, step, ok }) => ({
      label: `$(${ok === undefined ? 'circle-outline' : ok ? 'pass' : 'error'}) ${session.title || 'Untitled session'}`,
      description: `step ${step.step_index} · ${relativeTime(step.created_at, now)}${ok === false ? ' · failed' : ''}`,
      detail: step.content.replaceAll(/\s+/g, ' ').slice(0, 200),
      to: { sessionId: session.id, step: step.step_index },
    })),
    { title: `Last runs of ${name}`, matchOnDescription: true, matchOnDetail: true },
  );
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.to;
}

async function lastRuns(
  { connection }: Services,
  { agent, skill }: SkillTarget,
  signal: AbortSignal,
): Promise<Run[]> {
  const client = await connection.client(signal);
  const sessions = await client.sessions.list({ limit: lookedThrough }, { signal });
  const own = sessions.filter(({ metadata }) => (metadata?.local_id ?? agent.id) === agent.id);
  const found = await inParallel(own, width, async (session) => {
    const { steps } = await client.sessions.get(session.id, { signal });
    return stepsOfSkill(skill.name, steps)
      .map((one): Run => ({ ...one, session }))
      .reverse();
  });
  return found.flat().sort((a, b) => b.step.created_at.localeCompare(a.step.created_at));
}
