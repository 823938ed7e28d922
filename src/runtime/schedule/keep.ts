import type { Agent, ScheduleEntry } from '../../project';
import type { Issue } from '../../protocol';
import { fillVariables } from '../source/variables';
import type { AgentRow, Nouns } from '../store';
import { CronError, readCron } from './cron';

type Stores = Pick<Nouns, 'schedules' | 'sessions'>;

/** Says which schedules of an agent cannot be kept. They are fatal: a schedule that never runs is not noticed. */
export function scheduleIssues(agent: Agent): Issue[] {
  return agent.schedules.flatMap((entry): Issue[] => {
    try {
      read(agent, entry);
      return [];
    } catch (error) {
      if (!(error instanceof CronError)) throw error;
      return [
        {
          code: error.field === 'timezone' ? 'schedule-invalid-timezone' : 'schedule-invalid-cron',
          severity: 'fatal',
          file: agent.configPath,
          ...(entry.range ? { line: entry.range.line, column: entry.range.column } : {}),
          message: `Agent "${agent.id}": ${error.message}`,
        },
      ];
    }
  });
}

/**
 * Writes an agent's schedules through. Each is known by its name (one without, by its place in the list) and has
 * a session of its own on the agent's live version, to which its runs are added. What the source says of a known
 * one replaces what it said before; whether it is enabled is a person's to say, and stays. Those that the source
 * has no more are removed; their sessions stay readable.
 *
 * @throws CronError for a schedule of which `scheduleIssues` would have told.
 */
export async function keepSchedules(store: Stores, row: AgentRow, agent: Agent, now: Date): Promise<void> {
  const before = await store.schedules.ofAgent(row.id);
  const keys = new Set<string>();
  for (const [place, entry] of agent.schedules.entries()) {
    const key = keyOf(entry, place, keys);
    keys.add(key);
    const { cron_expression, cron, message } = read(agent, entry);
    const about = { name: entry.name, cron_expression, timezone: cron.timezone, message };
    const next_run_at = cron.next(now)?.toISOString() ?? null;
    const known = before.find((one) => one.source_key === key);
    if (known) {
      const sameTime = known.cron_expression === cron_expression && known.timezone === cron.timezone;
      if (sameTime && known.name === entry.name && known.message === message) continue;
      await store.schedules.update(known.id, sameTime ? about : { ...about, next_run_at });
    } else {
      const session = await store.sessions.create({
        projectId: row.project_id,
        agentId: row.id,
        target: 'live',
        versionId: null,
        title: entry.name || `Schedule ${cron_expression}`,
        tools: null,
        metadata: { agent_id: row.id, local_id: row.local_id, target: 'live', schedule: key },
        indexIds: null,
      });
      await store.schedules.create({
        project_id: row.project_id,
        agent_session_id: session.id,
        agent_id: row.id,
        source_key: key,
        ...about,
        next_run_at,
      });
    }
  }
  for (const { id, source_key } of before) {
    if (source_key === null || !keys.has(source_key)) await store.schedules.delete(id);
  }
}

function read({ env }: Agent, entry: ScheduleEntry) {
  const cron_expression = fillVariables(entry.cron, env);
  const timezone = entry.timezone === undefined ? undefined : fillVariables(entry.timezone, env);
  return {
    cron_expression,
    cron: readCron(cron_expression, timezone),
    message: fillVariables(entry.input, env),
  };
}

function keyOf({ name }: ScheduleEntry, place: number, taken: ReadonlySet<string>): string {
  if (!name) return `#${place + 1}`;
  return taken.has(name) ? `${name} #${place + 1}` : name;
}
