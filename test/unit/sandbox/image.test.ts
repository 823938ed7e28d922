import assert from 'node:assert/strict';
import { MemoryImage } from '../../../src/runtime/sandbox/image';

const page = 65_536;

describe('sandbox: image of a memory', () => {
  it('puts back every byte, wherever it was written', () => {
    const memory = new WebAssembly.Memory({ initial: 8, maximum: 16 });
    const bytes = new Uint8Array(memory.buffer);
    bytes.set([1, 2, 3], 10);
    bytes.set([4, 5], 3 * page - 1);
    const before = Buffer.from(bytes);
    const image = new MemoryImage(memory);
    for (const at of [0, 11, page, 3 * page - 1, 3 * page, 5 * page + 77, 8 * page - 1]) bytes[at] = 99;
    assert.equal(image.restore(), true);
    assert.ok(before.equals(bytes));
    bytes.fill(7);
    assert.equal(image.restore(), true);
    assert.ok(before.equals(bytes));
  });

  it('says so when the memory has grown, and leaves it alone', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
    const image = new MemoryImage(memory);
    memory.grow(1);
    new Uint8Array(memory.buffer)[5] = 1;
    assert.equal(image.restore(), false);
    assert.equal(new Uint8Array(memory.buffer)[5], 1);
  });
});
