import assert from 'node:assert/strict';
import { Queue } from '../../../../src/runtime/agent/queue';

describe('Queue', () => {
  const all = async (queue: Queue<number>) => {
    const values: number[] = [];
    for await (const value of queue) values.push(value);
    return values;
  };

  it('gives what was pushed before and while it is read, in order', async () => {
    const queue = new Queue<number>();
    queue.push(1);
    const read = all(queue);
    await Promise.resolve();
    queue.push(2);
    queue.push(3);
    queue.end();
    assert.deepEqual(await read, [1, 2, 3]);
  });

  it('ends at once when it was ended empty', async () => {
    const queue = new Queue<number>();
    queue.end();
    assert.deepEqual(await all(queue), []);
  });

  it('refuses values after its end', () => {
    const queue = new Queue<number>();
    queue.end();
    assert.throws(() => queue.push(1), /after the end/);
  });
});
