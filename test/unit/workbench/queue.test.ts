import assert from 'node:assert/strict';
import { ChatMemory } from '../../../src/workbench/chat/memory';
import { Queue } from '../../../src/workbench/chat/queue';

/** A queue with these messages, in a state that only this test has. */
async function waiting(...texts: string[]): Promise<Queue> {
  const values = new Map<string, unknown>();
  const memory = new ChatMemory({
    keys: () => [...values.keys()],
    get: <T>(key: string, otherwise?: T) => (values.get(key) as T | undefined) ?? otherwise,
    update: async (key: string, value: unknown) => void values.set(key, value),
  } as ConstructorParameters<typeof ChatMemory>[0]);
  const queue = new Queue(memory, () => undefined);
  for (const text of texts) {
    await queue.add(text);
  }
  return queue;
}

describe('the queue of the chat', () => {
  it('gives a message back once, however often its button is pressed', async () => {
    const queue = await waiting('first', 'second');
    const taken = await Promise.all([queue.take(0, 'first'), queue.take(0, 'first')]);
    assert.deepEqual([taken, queue.list], [['first', undefined], ['second']]);
  });

  it('gives the message that was meant when the one before it has been sent meanwhile', async () => {
    const queue = await waiting('first', 'second', 'third');
    await queue.take(0, 'first');
    assert.equal(await queue.take(1, 'second'), 'second');
    assert.deepEqual(queue.list, ['third']);
  });

  it('tells equal messages apart by their place', async () => {
    const queue = await waiting('same', 'other', 'same');
    assert.equal(await queue.take(2, 'same'), 'same');
    assert.deepEqual(queue.list, ['same', 'other']);
  });
});
