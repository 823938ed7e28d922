import type { DebugBreakpoints } from '../../../src/protocol';
import type { SandboxDebug, ScriptCommand, ScriptPoint, ScriptStop } from '../../../src/runtime/sandbox';

/** A debugger of a block that keeps what it is told, and lets everything pass unless it is told otherwise. */
export class Watching implements SandboxDebug {
  readonly block = 'block:1';
  readonly seen: ScriptPoint[] = [];
  readonly stops: ScriptStop[] = [];
  readonly spoken: string[] = [];
  readonly answers: string[] = [];
  breakpoints: DebugBreakpoints = { lines: [], functions: [], filters: [] };
  most = 0;
  /** How many points are kept. */
  limit = 10_000;
  full = false;
  /** Asked one after the other at the first stop. */
  questions: { evaluate: string; depth: number }[] = [];
  /** Called at each stop, before the script goes on. */
  atStop: (stop: ScriptStop) => void | Promise<void> = () => undefined;

  plan() {
    return { breakpoints: this.breakpoints, most: this.most, reason: 'step' as const, points: this.limit };
  }

  points(points: ScriptPoint[], full: boolean): void {
    this.seen.push(...points);
    this.full ||= full;
  }

  said(text: string, file: string, line: number): void {
    this.spoken.push(`${file}:${line} ${text}`);
  }

  async stopped(stop: ScriptStop, answer?: { text: string }): Promise<ScriptCommand> {
    if (answer) this.answers.push(answer.text);
    else {
      this.stops.push(stop);
      await this.atStop(stop);
    }
    return this.questions.shift() ?? { plan: this.plan() };
  }

  /** Where it has been: `name:line` of each point. */
  get places(): string[] {
    return this.seen.map(({ name, line }) => `${name}:${line}`);
  }
}
