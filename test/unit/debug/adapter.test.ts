import assert from 'node:assert/strict';
import { Debugging, folder } from './adapter';

const block = (source: string) => `\`\`\`js\n${source}\n\`\`\``;
const order = "const found = require('order')({ id: 'A-1' });\nfound.total";

describe('the debug adapter', () => {
  const debug = new Debugging();

  describe('live', () => {
    it('stops at a line of a skill, with its stack, names and values', async () => {
      debug.server.model.says(block(order), 'It is 42.');
      const stop = await debug.start({ input: 'What is the total of A-1?' }, { lines: [{ line: 8 }] });
      assert.equal(stop.reason, 'breakpoint');
      assert.deepEqual(await debug.stack(), ['order:8', 'block:1', 'Turn 1: Model:1']);
      assert.equal((await debug.frames())[0]?.source?.path, `${folder}agents/support/skills/order.js`);
      assert.deepEqual(await debug.rows('Locals'), ['args = {id: "A-1"}']);
      assert.equal(await debug.evaluate('args.id.length * 14'), '42');
      assert.deepEqual(await debug.go('stepOut'), ['block:2', 'Turn 1: Model:1']);
      assert.deepEqual(await debug.rows('Locals'), [
        '⤶ order = {id: "A-1", total: 42}',
        'found = {id: "A-1", total: 42}',
      ]);
      // A breakpoint on the way stops, backwards too.
      assert.deepEqual(await debug.go('stepBack'), ['order:8', 'block:1', 'Turn 1: Model:1']);
      assert.deepEqual(await debug.go('stepBack'), ['order:7', 'block:1', 'Turn 1: Model:1']);
      assert.deepEqual(await debug.go('continue'), ['order:8', 'block:1', 'Turn 1: Model:1']);
      assert.deepEqual(await debug.go('continue'), ['Turn 2: Answer:1']);
    });
  });
});
