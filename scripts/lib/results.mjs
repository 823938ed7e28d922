import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, failures?: string[] }} Counts `failures` says which, and why */
/** @typedef {{ event: 'pass' | 'fail' | 'end', title?: string, ms?: number, error?: string }} Line */

/** The lines that a reporter writes to a file while the tests run. */
export class Results {
  /** @param {string} file may not exist yet */
  constructor(file) {
    this.file = file;
    /** @type {string[]} */
    this.failures = [];
    /** @type {Counts} */
    this.counts = { passed: 0, failed: 0, failures: this.failures };
    this.ended = false;
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
    for (const { event } of lines) {
      this.counts.passed += event === 'pass' ? 1 : 0;
      this.counts.failed += event === 'fail' ? 1 : 0;
      this.ended ||= event === 'end';
    }
    this.failures.push(...lines.filter(({ event }) => event === 'fail').map(inWords));
    return lines;
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
