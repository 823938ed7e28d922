import { readFileSync } from 'node:fs';

/**
 * `failures` says which failed, and why; `shaky` which did so once and passed when they were run again.
 * @typedef {{ passed: number, failed: number, failures?: string[], shaky?: string[] }} Counts
 */
/** @typedef {{ event: 'pass' | 'fail' | 'end', title?: string, file?: string, ms?: number, error?: string }} Line */

/** The lines that a reporter writes to a file while the tests run. */
export class Results {
  /** @param {string} file may not exist yet */
  constructor(file) {
    this.file = file;
    /** @type {Line[]} the tests that passed or failed */
    this.lines = [];
    this.ended = false;
    /** True for a run that did not come to its end, or failed without a failed test. */
    this.broken = false;
    this.seen = 0;
  }

  /**
   * Reads what is new since the last call.
   * @returns {Line[]}
   */
  read() {
    let text = '';
    try {
      text = readFileSync(this.file, 'utf8');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') {
        throw error;
      }
    }
    // The last piece has no line end yet: it is empty or half written.
    const whole = text.split('\n').slice(0, -1);
    const lines = whole.slice(this.seen).map((line) => /** @type {Line} */ (JSON.parse(line)));
    this.seen = whole.length;
    this.ended ||= lines.some(({ event }) => event === 'end');
    this.lines.push(...lines.filter(({ event }) => event !== 'end'));
    return lines;
  }

  /** @returns {Line[]} */
  get failed() {
    return this.lines.filter(({ event }) => event === 'fail');
  }

  /** @returns {Counts} a run that is broken counts as one failure */
  get counts() {
    const { lines, failed, broken } = this;
    return {
      passed: lines.length - failed.length,
      failed: failed.length + (broken ? 1 : 0),
      failures: failed.map(inWords),
    };
  }
}

/**
 * A result as a person reads it.
 * @param {Line} line
 * @returns {string}
 */
export function inWords(line) {
  switch (line.event) {
    case 'pass':
      return `  ✔ ${line.title} (${line.ms} ms)`;
    case 'fail':
      return `  ✘ ${line.title}\n${String(line.error).replace(/^/gm, '      ')}`;
    default:
      return '';
  }
}
