import { Cron } from 'croner';
import type { JsonNode } from '../json/document';
import type { ScheduleEntry } from '../types';
import type { Report } from './report';

/** Reads the `schedules` list. */
export function readSchedules(report: Report, list: JsonNode | undefined): ScheduleEntry[] {
  const { document } = report;
  return document.items(list).flatMap((node) => {
    if (node.type !== 'object') return [];
    const name = document.string(document.field(node, 'name'))?.trim() ?? '';
    const cronNode = document.field(node, 'cron');
    const cron = document.string(cronNode)?.trim() ?? '';
    const inputNode = document.field(node, 'input');
    const input = document.string(inputNode)?.trim() ?? '';
    const label = name ? `The schedule "${name}"` : 'This schedule';
    if (!cron && (!cronNode || cronNode.type === 'string')) {
      report.addMissing(
        'schedule-missing-cron',
        cronNode,
        node,
        `${label} has no cron expression.`,
        'Add "cron": "0 7 * * 1-5" for seven o’clock UTC on working days.',
        { key: 'cron' },
      );
    } else if (cron && !cron.includes('${')) {
      const problem = cronProblem(cron);
      if (problem) {
        report.add(
          'schedule-invalid-cron',
          cronNode,
          `${label} has a cron expression that cannot be read: ${problem}.`,
          'Write five fields: minute, hour, day of month, month, day of week.',
        );
      } else if (neverRuns(cron)) {
        report.add(
          'schedule-never-runs',
          cronNode,
          `${label} never comes round: no day fits "${cron}".`,
          'Choose a day that its months have.',
        );
      }
    }
    if (!input && (!inputNode || inputNode.type === 'string')) {
      report.addMissing(
        'schedule-missing-input',
        inputNode,
        node,
        `${label} has no input.`,
        'Add "input" with the message that the agent gets.',
        { key: 'input' },
      );
    }
    const timezone = document.string(document.field(node, 'timezone'))?.trim();
    return [{ name, cron, ...(timezone ? { timezone } : {}), input, range: document.range(node) }];
  });
}

/** @returns whether an expression can be read and yet names no moment at all, as the 30th of February does. */
export function neverRuns(cron: string): boolean {
  if (cron.startsWith('@')) return false;
  const [, zone, fields] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?([\s\S]*)$/.exec(cron) ?? [];
  // What names every month has every day, and needs no calendar.
  if (!fields || !/^\S+\s+\S+\s+\d/.test(fields)) return false;
  try {
    return new Cron(fields, { paused: true, ...(zone ? { timezone: zone } : {}) }).nextRun() === null;
  } catch (error) {
    // Six fields, or words that only a server knows: it will say.
    if (error instanceof Error) return false;
    throw error;
  }
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const cronFields: { name: string; from: number; to: number; names: string[] }[] = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day of month', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'day of week', from: 0, to: 7, names: days },
];

/**
 * @returns what is wrong with a cron expression, as the end of a sentence, or undefined. Knows five fields and
 *   the usual `@` names; six fields and a time zone are left to the server.
 */
export function cronProblem(cron: string): string | undefined {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every\s+\S+)$/.test(cron)) return undefined;
  if (cron.startsWith('@')) return `"${cron}" is not a known name`;
  const parts = cron.replace(/^(CRON_)?TZ=\S+\s+/, '').split(/\s+/);
  if (parts.length === 6) return undefined;
  if (parts.length !== 5)
    return `it has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'} and needs 5`;
  for (const [i, field] of cronFields.entries()) {
    const part = parts[i] ?? '';
    for (const item of part.split(',')) {
      if (!itemFits(item, field)) return `its ${field.name} is "${part}"`;
    }
  }
  return undefined;
}

function itemFits(item: string, field: { from: number; to: number; names: string[] }): boolean {
  const match = /^(?:\*|\?|([^-/]+)(?:-([^-/]+))?)(?:\/(\d+))?$/.exec(item);
  if (!match) return false;
  const [, first, last, step] = match;
  if (step !== undefined && Number(step) < 1) return false;
  return [first, last].every((text) => {
    if (text === undefined) return true;
    if (field.names.includes(text.toLowerCase())) return true;
    return /^\d+$/.test(text) && Number(text) >= field.from && Number(text) <= field.to;
  });
}
