export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What is said of the runtime's own doings: a line an event, to stderr, so that stdout is the ready line's. */
export class Log {
  readonly #least: number;
  readonly #write: (line: string) => void;

  constructor(level: LogLevel, write: (line: string) => void = (line) => process.stderr.write(line)) {
    this.#least = logLevels.indexOf(level);
    this.#write = write;
  }

  debug(message: string): void {
    this.#line('debug', message);
  }

  info(message: string): void {
    this.#line('info', message);
  }

  warn(message: string): void {
    this.#line('warn', message);
  }

  /** @param error its stack is logged below the message. */
  error(message: string, error?: unknown): void {
    const reason =
      error instanceof Error ? (error.stack ?? error.message) : error === undefined ? '' : String(error);
    this.#line('error', reason ? `${message}\n${reason}` : message);
  }

  #line(level: LogLevel, message: string): void {
    if (logLevels.indexOf(level) < this.#least) return;
    this.#write(`${new Date().toISOString()} ${level.padEnd(5)} ${message}\n`);
  }
}
