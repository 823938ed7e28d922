import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chunkLimits, chunkMarkdown } from '../../../../src/runtime/knowledge/chunk';
import { computedMs } from '../../../fixtures/computed';

const loneSurrogate = /\p{Surrogate}/u;
const limits = { longest: 120, overlap: 40 };

describe('knowledge: passages', () => {
  it('follows headings and knows the path to each passage', () => {
    const chunks = chunkMarkdown(
      '# Shop\n\nWelcome.\n\n## Refunds\n\nFourteen days.\n\n## Returns\n\nBy post.\n\n# Jobs\n\nNone.',
    );
    assert.deepEqual(
      chunks.map(({ headings, content }) => [headings, content]),
      [
        [['Shop'], '# Shop\n\nWelcome.'],
        [['Shop', 'Refunds'], '## Refunds\n\nFourteen days.'],
        [['Shop', 'Returns'], '## Returns\n\nBy post.'],
        [['Jobs'], '# Jobs\n\nNone.'],
      ],
    );
  });

  it('reads underlined headings, and headings with nothing between them as one section', () => {
    const chunks = chunkMarkdown('Title\n=====\n\nPart\n----\n\nText.');
    assert.deepEqual(chunks, [
      { content: 'Title\n=====\n\nPart\n----\n\nText.', headings: ['Title', 'Part'], page: undefined },
    ]);
  });

  it('ends passages between sentences and repeats the last ones', () => {
    const sentences = Array.from({ length: 8 }, (_, at) => `Sentence number ${at} is here.`);
    const chunks = chunkMarkdown(sentences.join(' '), limits).map(({ content }) => content);
    assert.equal(chunks[0], sentences.slice(0, 4).join(' '));
    assert.equal(chunks[1]?.startsWith(`${sentences[3]} ${sentences[4]}`), true);
    for (const chunk of chunks) assert.match(chunk, /^Sentence.*here\.$/);
  });

  it('repeats the header of a table over the rows of each passage', () => {
    const rows = Array.from({ length: 12 }, (_, at) => `| lamp ${at} | ${at} |`);
    const chunks = chunkMarkdown(['| article | price |', '| --- | --- |', ...rows].join('\n'), limits);
    assert.ok(chunks.length > 1);
    for (const { content } of chunks)
      assert.match(content, /^\| article \| price \|\n\| --- \| --- \|\n\| lamp/);
    assert.deepEqual(
      chunks.flatMap(({ content }) => content.split('\n').slice(2)),
      rows,
    );
  });

  it('keeps a heading mark inside code as code', () => {
    const chunks = chunkMarkdown('# Setup\n\n```sh\n# install\nnpm ci\n```');
    assert.deepEqual(
      chunks.map(({ headings }) => headings),
      [['Setup']],
    );
    assert.match(chunks[0]?.content ?? '', /```sh\n# install\nnpm ci\n```$/);
  });

  it('takes the page marks of a PDF out and says on which page a passage starts', () => {
    const chunks = chunkMarkdown('<!-- page 1 -->\n\n# One\n\nFirst.\n\n<!-- page 2 -->\n\n# Two\n\nSecond.');
    assert.deepEqual(
      chunks.map(({ content, page }) => [content, page]),
      [
        ['# One\n\nFirst.', 1],
        ['# Two\n\nSecond.', 2],
      ],
    );
  });

  const markdown = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.lorem({ mode: 'sentences', maxCount: 12 }),
        fc.constantFrom(
          '# A',
          '## B',
          '```',
          '| a | b |\n| - | - |',
          '- item',
          '😀'.repeat(200),
          'x'.repeat(500),
          '',
          '---',
        ),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('\n\n'));

  it('loses no character that is not white space, whatever the text', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const left = new Map<string, number>();
        for (const { content } of chunkMarkdown(text, { ...limits, overlap: 0 })) {
          for (const character of content) left.set(character, (left.get(character) ?? 0) + 1);
        }
        for (const character of text.replaceAll(/<!-- page \d+ -->/g, '')) {
          if (/\s/.test(character)) continue;
          const count = (left.get(character) ?? 0) - 1;
          assert.ok(count >= 0, `lost ${JSON.stringify(character)}`);
          left.set(character, count);
        }
      }),
    );
  });

  it('gives the same passages again, none too long, none empty, none with half a character', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const chunks = chunkMarkdown(text, limits);
        assert.deepEqual(chunkMarkdown(text, limits), chunks);
        for (const { content } of chunks) {
          assert.notEqual(content.trim(), '');
          assert.ok(content.length <= limits.longest, `${content.length} long`);
          if (!loneSurrogate.test(text)) assert.doesNotMatch(content, loneSurrogate);
        }
      }),
    );
  });

  it('divides a long document in reasonable time', () => {
    const text = 'A sentence of some length about nothing in particular, which ends. '.repeat(20_000);
    const began = computedMs();
    const chunks = chunkMarkdown(text);
    assert.ok(computedMs() - began < 5000);
    assert.ok(chunks.length > text.length / chunkLimits.longest);
  });
});
