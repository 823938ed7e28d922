import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ChatMemory } from '../../../src/workbench/chat/memory';

describe('what the chat keeps for the next window', () => {
  let folder: string;
  let file: string;
  let warnings: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tavora-chat-'));
    file = path.join(folder, 'storage', 'chat.json');
    warnings = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const window = () => new ChatMemory(file, (what) => warnings.push(what));
  const next = async () => {
    const memory = window();
    await memory.ready;
    return memory.value;
  };

  it('is nothing in the first window', async () => {
    assert.deepEqual([await next(), warnings], [{}, []]);
  });

  it('is on the disk once an update has settled', async () => {
    const memory = window();
    await memory.update({ agent: 'support', unsent: 'Where is it?' });
    await memory.update({ sessionId: 'ses_1', unsent: undefined });
    assert.deepEqual(await next(), { agent: 'support', sessionId: 'ses_1' });
    assert.deepEqual(await readdir(path.dirname(file)), ['chat.json']);
  });

  it('is known at once to who has changed it, and is the last of many changes in the end', async () => {
    const memory = window();
    const all = Promise.all(Array.from({ length: 50 }, (_, at) => memory.update({ sessionId: `ses_${at}` })));
    assert.equal(memory.value.sessionId, 'ses_49');
    await all;
    assert.deepEqual(await next(), { sessionId: 'ses_49' });
  });

  it('keeps what is changed before the file has been read, and the rest of the file', async () => {
    await window().update({ agent: 'support', sessionId: 'ses_1', underWay: true });
    const memory = window();
    const changed = memory.update({ sessionId: 'ses_2', underWay: undefined });
    assert.equal(memory.value.agent, undefined);
    await changed;
    assert.equal(memory.value.agent, 'support');
    assert.deepEqual(await next(), { agent: 'support', sessionId: 'ses_2' });
  });

  for (const [what, content] of [
    ['half a file', '{"agent": "supp'],
    ['an empty file', ''],
  ] as const) {
    it(`begins anew after ${what}, says so, and can be written again`, async () => {
      await mkdir(path.dirname(file));
      await writeFile(file, content);
      const memory = window();
      await memory.ready;
      assert.deepEqual(memory.value, {});
      assert.equal(warnings.length, 1);
      assert.ok(warnings[0]?.includes(file), warnings[0]);
      await memory.update({ agent: 'support' });
      assert.deepEqual(await next(), { agent: 'support' });
    });
  }

  it('takes a file that holds something else for nothing', async () => {
    await mkdir(path.dirname(file));
    for (const content of ['null', '"support"', '[]', '7']) {
      await writeFile(file, content);
      assert.deepEqual(await next(), {}, content);
    }
  });

  it('is still right in its window when it cannot be kept, and says so', async () => {
    await writeFile(path.dirname(file), 'a file where the folder should be');
    const memory = window();
    await memory.update({ agent: 'support' });
    assert.equal(memory.value.agent, 'support');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /could not be kept in .*chat\.json/);
    assert.equal(await readFile(path.dirname(file), 'utf8'), 'a file where the folder should be');
  });
});
