import assert from 'node:assert/strict';
import { DOMParser } from '@xmldom/xmldom';
import { writers } from '../../../../src/cli/eval/formats';
import { outcome, report } from './rows';

const nasty = 'a <b> & "c" \'d\' ]]> \u0000\u001b[31m \ud800 line\nnext\ttab 😀';

/** Reads XML as strictly as the parser can. */
function parsed(xml: string): Element {
  const stop = (message: string) => assert.fail(message);
  const parser = new DOMParser({ errorHandler: { warning: stop, error: stop, fatalError: stop } });
  return parser.parseFromString(xml, 'text/xml').documentElement as unknown as Element;
}
const all = (element: Element, name: string): Element[] => Array.from(element.getElementsByTagName(name));

describe('the formats of tavora-eval', () => {
  it('json prints exactly its shape', () => {
    const rows = [outcome(), outcome({ name: 'Leaves', score: 3.25, pass: false, session_id: null })];
    const text = writers.json(report(rows, { repeat: 3 }));
    assert.deepEqual(JSON.parse(text), {
      cases: [
        {
          agent: 'support',
          name: 'Greets',
          score: 8,
          threshold: 7,
          pass: true,
          reasoning: 'Friendly.',
          duration_ms: 1500,
          session_id: 's1',
        },
        {
          agent: 'support',
          name: 'Leaves',
          score: 3.25,
          threshold: 7,
          pass: false,
          reasoning: 'Friendly.',
          duration_ms: 1500,
          session_id: null,
        },
      ],
      passed: 1,
      failed: 1,
    });
    assert.ok(text.endsWith('}\n'));
  });

  it('junit is XML whatever is in it, a suite an agent', () => {
    const rows = [
      outcome(),
      outcome({ name: nasty, agent: 'b<"&', pass: false, score: 2, reasoning: nasty, passed: 0 }),
      outcome({
        agent: 'b<"&',
        name: 'Silent',
        pass: false,
        score: null,
        broken: true,
        reasoning: 'No judge.',
      }),
    ];
    const xml = writers.junit(report(rows));
    const root = parsed(xml);
    assert.equal(root.tagName, 'testsuites');
    assert.deepEqual(
      ['tests', 'failures', 'errors', 'skipped', 'time'].map((name) => root.getAttribute(name)),
      ['3', '1', '1', '0', '4.500'],
    );
    const suites = all(root, 'testsuite');
    assert.deepEqual(
      suites.map((one) => [
        one.getAttribute('name'),
        one.getAttribute('tests'),
        one.getAttribute('failures'),
      ]),
      [
        ['support', '1', '0'],
        ['b<"&', '2', '1'],
      ],
    );
    const cases = all(root, 'testcase');
    const kept = nasty
      .replace('\u0000', '\ufffd')
      .replace('\u001b', '\ufffd')
      .replace(/\ud800 /, '\ufffd ');
    assert.equal(cases[1]?.getAttribute('name'), kept, 'line ends and tabs of an attribute survive too');
    assert.equal(all(root, 'failure')[0]?.textContent, kept);
    assert.equal(all(root, 'failure')[0]?.getAttribute('message'), 'Score 2, needed 7.');
    assert.equal(all(root, 'error')[0]?.textContent, 'No judge.');
    assert.match(
      all(root, 'system-out')[0]?.textContent ?? '',
      /^score 8, needed 7\nsession s1\nFriendly\.$/,
    );
    assert.equal(cases[0]?.getAttribute('time'), '1.500');
  });

  it('junit fails a case that got worse though it passed, and tells the rate of repetitions', () => {
    const rows = [outcome({ repetitions: 3, passed: 2 })];
    const worse = [{ agent: 'support', name: 'Greets', before: 10, how: 'fell' as const }];
    const root = parsed(writers.junit(report(rows, { comparison: { worse, gone: [] } })));
    const [failure] = all(root, 'failure');
    assert.deepEqual(
      [failure?.getAttribute('type'), failure?.getAttribute('message')],
      ['got-worse', 'Score 8, 2 of 3 runs passed; it was 10 in the baseline.'],
    );
    assert.equal(root.getAttribute('failures'), '1');
  });

  it('text is a line a case, why it failed, and a sum', () => {
    const rows = [
      outcome(),
      outcome({
        name: 'Leaves again',
        score: 3,
        pass: false,
        passed: 0,
        reasoning: 'Rude.\n\nAnd \u001b[2J long.',
      }),
      outcome({ agent: 'shop', name: 'Silent', score: null, pass: false, broken: true, session_id: null }),
    ];
    const worse = [{ agent: 'support', name: 'Leaves again', before: 9, how: 'failed' as const }];
    const gone = [{ agent: 'shop', name: 'Old', score: 1, pass: false }];
    assert.equal(
      writers.text(report(rows, { comparison: { worse, gone } })),
      [
        'support (draft, https://one.test)',
        '  ✔ Greets         8.0 of 7 needed',
        '  ✘ Leaves again   3.0 of 7 needed  was 9.0',
        '      Rude.',
        '      And \\u001b[2J long.',
        '      session s1',
        '',
        'shop (draft, https://one.test)',
        '  ✘ Silent  not judged',
        '      Friendly.',
        '',
        '1 passed, 2 failed.',
        '1 got worse than the baseline.',
        'Only in the baseline: shop: Old.',
        '',
      ].join('\n'),
    );
  });

  it('text says how many runs of a repeated case passed, and colours for a terminal', () => {
    const rows = [outcome({ repetitions: 3, passed: 2 })];
    assert.match(writers.text(report(rows, { repeat: 3 })), / 8\.0 of 7 needed {2}2 of 3 runs\n/);
    assert.ok(writers.text(report(rows, { colour: true })).includes('\u001b[32m✔\u001b[0m'));
  });
});
