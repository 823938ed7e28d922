import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ChatMemory } from '../../../src/workbench/chat/memory';
import { Queue } from '../../../src/workbench/chat/queue';

describe('the queue of the chat', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-queue-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function waiting(...texts: string[]): Promise<Queue> {
    const memory = new ChatMemory(path.join(folder, 'chat.json'), assert.fail);
    const queue = new Queue(memory, () => undefined);
    for (const text of texts) {
      await queue.add(text);
    }
    return queue;
  }

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
