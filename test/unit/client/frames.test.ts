import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameParser } from '../../../src/client/frames';
import type { RunEvent } from '../../../src/protocol';
import { frame } from '../../fixtures/servers';

const MiB = 1024 * 1024;

function feed(parts: Uint8Array[], max = MiB): RunEvent[] {
  const parser = new FrameParser(max);
  return parts.flatMap((part) => parser.feed(part));
}

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const sorted = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const anyEvent = fc.record(
  {
    type: fc.constantFrom('sandbox_event', 'execute_js', 'response', 'done', 'something_new'),
    content: fc.string({ unit: 'grapheme' }),
    // The schemas drop __proto__, as a guard against polluted prototypes.
    args: fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      fc.jsonValue(),
    ),
    unknown: fc.jsonValue(),
  },
  { requiredKeys: ['type'] },
);

describe('the frames of a run', () => {
  it('read the same wherever the bytes are cut, with either end of line', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.constantFrom('\n', '\r\n'),
        (events, places, newline) => {
          const text = events
            .map((event) => `: ping\n\n${frame(event)}`)
            .join('')
            .replaceAll('\n', newline);
          const parsed = feed(cut(new TextEncoder().encode(text), places));
          // Compared as JSON, which does not carry -0.
          assert.equal(
            JSON.stringify(parsed),
            JSON.stringify(events.map((e) => JSON.parse(JSON.stringify(e)))),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('read the same byte by byte, letters of two to four bytes included', () => {
    const event = { type: 'response', content: 'Grüße, 日本, 👩‍👩‍👧' };
    const bytes = new TextEncoder().encode(frame(event));
    assert.deepEqual(feed([...bytes].map((byte) => Uint8Array.of(byte))), [event]);
  });

  it('become opaque when their JSON is broken, and the next one is read', () => {
    const good = { type: 'response', content: 'hi' };
    const text = `event: execute_js\ndata: {"type": "execute_js", "cont\n\n${frame(good)}`;
    assert.deepEqual(feed([new TextEncoder().encode(text)]), [
      { type: 'malformed', content: '{"type": "execute_js", "cont' },
      good,
    ]);
  });

  for (const data of [
    '[1]',
    '42',
    'null',
    '"text"',
    '[DONE]',
    '{"type": 7}',
    '{"type": "response", "content": 5}',
  ]) {
    it(`become opaque when they hold ${data}`, () => {
      const parsed = feed([new TextEncoder().encode(`data: ${data}\n\n`)]);
      assert.deepEqual(parsed, [{ type: 'malformed', content: data }]);
    });
  }

  it('take their type from the event line when the JSON has none', () => {
    const text = 'event: response\ndata: {"content": "hi"}\n\nevent: done\ndata:\n\n';
    assert.deepEqual(feed([new TextEncoder().encode(text)]), [
      { content: 'hi', type: 'response' },
      { type: 'done' },
    ]);
  });

  it('join several data lines, skip comments and fields nobody knows, and a byte order mark', () => {
    const text = '\ufeff: hello\nid: 7\nretry: x\nfoo: bar\ndata: {"type":\ndata: "done"}\n\n';
    assert.deepEqual(feed([new TextEncoder().encode(text)]), [{ type: 'done' }]);
  });

  it('are not read before they are complete', () => {
    assert.deepEqual(feed([new TextEncoder().encode('event: done\ndata: {"type": "done"}\n')]), []);
  });

  it('are given up when one grows beyond the limit', () => {
    const parser = new FrameParser(1_000);
    parser.feed(new TextEncoder().encode(`data: ${'x'.repeat(2_000)}`));
    assert.equal(parser.overflow, true);
  });
});
