import * as vscode from 'vscode';
import { pagesOf, type TavoraClient } from '../../client';
import type { AgentSession } from '../../protocol';
import { offer } from '../shared/commands';
import { abortSignal, isCancellation, PoliteError, sentence } from '../shared/errors';
import { inParallel } from '../shared/in-parallel';
import type { Services } from '../shared/services';
import { relativeTime } from '../shared/session-text';
import { askSkill, type SkillTarget } from '../shared/skill-target';
import { type SkillStep, stepsOfSkill } from './skill-steps';

/** How many of an agent's sessions are looked into, newest first, and how many at a time. */
const lookedInto = 50;
const width = 4;

/** Sessions that are asked for with each page while those of the agent are looked for. */
const pageSize = 100;

/** How many sessions a message names. */
const named = 3;

interface Run extends SkillStep {
  session: AgentSession;
}

interface LastRuns {
  runs: Run[];
  /** How many sessions the agent has, as far as they were looked into. */
  sessions: number;
  /** Those that could not be read, with why. */
  unread: { session: AgentSession; why: string }[];
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
  const { runs, sessions, unread } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `Looking for runs of ${name}`,
      cancellable: true,
    },
    async (progress, token) => {
      const { signal, end } = abortSignal(token);
      try {
        return await lastRuns(services, target, signal, (message) => progress.report({ message }));
      } finally {
        end();
      }
    },
  );
  const skipped = skippedSentence(unread);
  if (runs.length === 0) {
    const agent = target.agent.name || target.agent.id;
    const where = services.connection.state.server.label;
    const newest = sessions === lookedInto ? `newest ${sessions}` : sessions;
    throw new PoliteError(
      sessions === 0
        ? `${agent} has no sessions on ${where} yet.`
        : `None of the ${newest} sessions of ${agent} on ${where} ran ${name} from a block.${skipped && ` ${skipped}`}`,
    );
  }
  if (skipped) {
    offer(services.log, vscode.window.showWarningMessage, skipped, [
      { label: 'Show Log', run: async () => services.log.show() },
    ]);
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
  { connection, log }: Services,
  { agent, skill }: SkillTarget,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<LastRuns> {
  const client = await connection.client(signal);
  const own = await sessionsOf(client, agent.id, signal, report);
  const unread: LastRuns['unread'] = [];
  let done = 0;
  const found = await inParallel(own, width, async (session) => {
    try {
      const { steps } = await client.sessions.get(session.id, { signal });
      return stepsOfSkill(skill.name, steps)
        .map((one): Run => ({ ...one, session }))
        .reverse();
    } catch (error) {
      // One broken session does not hide the others.
      if (isCancellation(error)) {
        throw error;
      }
      log.warn(`The session ${session.id} could not be read: ${sentence(error)}`);
      unread.push({ session, why: sentence(error) });
      return [];
    } finally {
      done += 1;
      report(`${done} of ${own.length} sessions read`);
    }
  });
  const runs = found.flat().sort((a, b) => b.step.created_at.localeCompare(a.step.created_at));
  return { runs, sessions: own.length, unread };
}

/** The newest sessions of an agent, however many of others lie between them. */
async function sessionsOf(
  client: TavoraClient,
  agentId: string,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<AgentSession[]> {
  const own: AgentSession[] = [];
  let seen = 0;
  const read = (offset: number) => client.sessions.list({ limit: pageSize, offset }, { signal });
  for await (const page of pagesOf(read)) {
    seen += page.length;
    own.push(...page.filter(({ metadata }) => (metadata?.local_id ?? agentId) === agentId));
    report(`${own.length} sessions of the agent among the newest ${seen}`);
    if (own.length >= lookedInto) {
      break;
    }
  }
  return own.slice(0, lookedInto);
}

/** @returns what is said of sessions that could not be read; "" for none */
function skippedSentence(unread: LastRuns['unread']): string {
  const [first] = unread;
  if (!first) {
    return '';
  }
  const titles = unread.slice(0, named).map(({ session }) => `“${session.title || 'Untitled session'}”`);
  const more = unread.length > named ? ` and ${unread.length - named} more` : '';
  return `${titles.join(', ')}${more} could not be read and ${unread.length === 1 ? 'was' : 'were'} skipped: ${first.why}`;
}
