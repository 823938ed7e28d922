import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseReply } from '../../../../src/runtime/agent/reply';

describe('parseReply', () => {
  for (const [what, reply, text, source] of [
    ['words alone', 'Hello there. ', 'Hello there.', undefined],
    ['a block alone', '```js\n1 + 1\n```', '', '1 + 1'],
    ['words before a block', 'I look.\n\n```js\n1\n```', 'I look.', '1'],
    ['the long name of the language', '```javascript\n1\n```', '', '1'],
    ['capitals', '```JS\n1\n```', '', '1'],
    ['words after the block', '```js\n1\n```\nThe result is 7.', '', '1'],
    ['two blocks: the first', '```js\n1\n```\n```js\n2\n```', '', '1'],
    ['a block that is not closed', 'Look:\n```js\nconst a = 1;\na', 'Look:', 'const a = 1;\na'],
    ['Windows line ends', 'Look:\r\n```js\r\n1\r\n2\r\n```\r\n', 'Look:', '1\n2'],
    ['a longer fence around a shorter one', '````js\nconst a = `\n```\n`;\n````', '', 'const a = `\n```\n`;'],
    ['tildes', '~~~js\n1\n~~~', '', '1'],
    ['an indented fence', '  ```js\n  1\n  ```', '', '  1'],
    [
      'a block of another language',
      'See:\n```json\n{"a": 1}\n```',
      'See:\n```json\n{"a": 1}\n```',
      undefined,
    ],
    ['a fence inside a line', 'Write ```js like this```.', 'Write ```js like this```.', undefined],
    ['an empty block', '```js\n```', '', ''],
    ['nothing', '', '', undefined],
  ] as const) {
    it(`reads ${what}`, () => {
      const parsed = parseReply(reply);
      assert.equal(parsed.text, text);
      assert.equal(parsed.source, source);
    });
  }

  it('keeps nothing after the block for the model to see again', () => {
    assert.equal(parseReply('A\n```js\n1\n```\nIt was 7.').kept, 'A\n\n```js\n1\n```');
  });

  it('reads what it keeps as the same', () => {
    const lines = fc.array(fc.constantFrom('a', '```js', '```', '~~~js', '~~~', '````js', '', '  x'));
    fc.assert(
      fc.property(lines, (parts) => {
        const first = parseReply(parts.join('\n'));
        fc.pre(!first.source?.includes('```'));
        const second = parseReply(first.kept);
        assert.deepEqual([second.text, second.source], [first.text, first.source]);
      }),
    );
  });
});
