import type { EvalRecord } from './record';

/** How many scores the line of bars shows, and how many the table, the newest. */
const drawn = 24;
const listed = 6;

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * The newest scores of one case as Markdown: a line of bars, and a table with a link to each trace.
 * @param records of one case, oldest first, at least one
 * @param agent named where the case belongs to several; "" where it does not
 */
export function trendMarkdown(records: readonly EvalRecord[], agent: string): string {
  const rows = records
    .slice(-listed)
    .reverse()
    .map((record) => `| ${[when(record), over(record), score(record), trace(record)].join(' | ')} |`);
  return [
    `${agent ? `**${plain(agent)}** ` : ''}${sparkline(records)}`,
    '',
    '| When | Over | Score | |',
    '| :-- | :-- | :-- | :-- |',
    ...rows,
  ].join('\n');
}

/** The newest scores as bars, "×" for what could not be judged. */
export function sparkline(records: readonly EvalRecord[]): string {
  return records
    .slice(-drawn)
    .map((record) => {
      if (record.score === null) return '×';
      const height = Math.round((Math.min(10, Math.max(0, record.score)) / 10) * (bars.length - 1));
      return bars[height];
    })
    .join('');
}

function when({ at }: EvalRecord): string {
  return plain(new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }));
}

function over({ target, semver, sourceHash }: EvalRecord): string {
  if (target === undefined) return 'unknown';
  if (target === 'live') return semver ? `v${plain(semver)}` : 'live';
  const short = sourceHash.replace(/^sha256:/, '').slice(0, 8);
  return short ? `draft ${plain(short)}` : 'draft';
}

function score({ score: value, threshold, pass }: EvalRecord): string {
  const verdict = pass ? '✓' : '✗';
  if (value === null) return `${verdict} not judged`;
  return `${verdict} ${value.toFixed(1)}${threshold === undefined ? '' : ` of at least ${threshold}`}`;
}

function trace({ sessionId }: EvalRecord): string {
  if (!sessionId) return '';
  const argument = encodeURIComponent(JSON.stringify([sessionId])).replace(/[()]/g, inHex);
  return `[Trace](command:tavora.openStudio?${argument})`;
}

/** Text without any meaning as Markdown or as a cell of a table. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&').replace(/\s+/g, ' ');
}

function inHex(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}
