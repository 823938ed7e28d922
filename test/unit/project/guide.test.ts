import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { authoringGuide, checkSkill, currentCapabilities, primitives } from '../../../src/project';

describe('the authoring guide', () => {
  it('describes what it is given, and only that', () => {
    const guide = authoringGuide(primitives.filter((one) => one.name !== 'ai'));
    for (const one of primitives) {
      const heading = `### ${one.name}\n`;
      assert.equal(guide.includes(heading), one.name !== 'ai', one.name);
    }
    assert.match(guide, /### search\n\n`search\(query: string/);
    assert.match(guide, /Needs the capability `fetch`/);
  });

  it('only shows code that the rules accept', () => {
    const blocks = [...authoringGuide(primitives).matchAll(/```js\n([\s\S]*?)```/g)].map(
      (match) => match[1] ?? '',
    );
    assert.ok(blocks.length > primitives.length);
    const context = {
      modules: ['lookup-order'],
      prompts: [],
      mcpServers: [],
      capabilities: currentCapabilities,
    };
    for (const block of blocks) {
      const codes = checkSkill('skills/a.js', block, context).map((issue) => issue.code);
      const serious = codes.filter((code) => code !== 'skill-no-result' && code !== 'undefined-name');
      assert.deepEqual(serious, [], block);
    }
  });

  it('names only capabilities that exist', () => {
    for (const { capability } of primitives) {
      if (capability !== undefined) assert.ok(currentCapabilities.includes(capability));
    }
  });
});
