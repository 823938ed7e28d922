import assert from 'node:assert/strict';
import { Reader } from '../../../src/workbench/shared/reader';

/** A reading that ends when the test says so. */
class Gate {
  begun = 0;
  private readonly open: (() => void)[] = [];
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  readonly read = (): Promise<void> => {
    this.begun += 1;
    for (const one of this.waiting.filter(({ count }) => count <= this.begun)) {
      one.resolve();
    }
    return new Promise((resolve) => this.open.push(resolve));
  };

  finish(): void {
    this.open.shift()?.();
  }

  /** Settles when the reading of this number, from 1, has begun. */
  async until(count: number): Promise<void> {
    if (this.begun < count) {
      await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    }
  }
}

describe('a reader', () => {
  let gate: Gate;
  let reader: Reader;

  beforeEach(() => {
    gate = new Gate();
    reader = new Reader(gate.read);
  });
  afterEach(() => reader.dispose());

  it('reads once for many touches', async () => {
    reader.touch();
    reader.touch();
    reader.touch();
    await gate.until(1);
    assert.equal(gate.begun, 1);
    gate.finish();
  });

  it('reads again for a touch during a reading, and not at the same time', async () => {
    reader.touch();
    await gate.until(1);
    reader.touch();
    assert.equal(gate.begun, 1);
    gate.finish();
    await gate.until(2);
    gate.finish();
    assert.equal(gate.begun, 2);
  });

  it('reads at once when asked to, after a reading under way', async () => {
    const first = reader.now();
    await gate.until(1);
    const second = reader.now();
    assert.equal(gate.begun, 1);
    gate.finish();
    await first;
    await gate.until(2);
    gate.finish();
    await second;
  });

  it('reads once at a time for two who ask during a reading', async () => {
    const first = reader.now();
    await gate.until(1);
    const others = [reader.now(), reader.now()];
    gate.finish();
    await first;
    await gate.until(2);
    // Whatever was begun with the second reading has begun by now.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(gate.begun, 2);
    gate.finish();
    await gate.until(3);
    gate.finish();
    await Promise.all(others);
  });

  it('reads nothing after its end', async () => {
    reader.touch();
    reader.dispose();
    await reader.now();
    assert.equal(gate.begun, 0);
  });
});
