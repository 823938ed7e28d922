/** Reason of the abort of a run: who ended it, and so what its session is afterwards. */
export class RunStopped extends Error {
  constructor(
    readonly status: 'cancelled' | 'interrupted',
    message: string,
  ) {
    super(message);
    this.name = 'RunStopped';
  }
}
