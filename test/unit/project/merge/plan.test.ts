import assert from 'node:assert/strict';
import { type FilePlan, planMerge } from '../../../../src/project/merge';
import { computedMs } from '../../../fixtures/computed';

const names = { ours: 'Here', theirs: 'Staging' };
const map = (text: string | undefined) => new Map(text === undefined ? [] : [['a.md', text]]);

const plan = (base: string | undefined, ours: string | undefined, theirs: string | undefined) => {
  const plans = planMerge(map(base), map(ours), map(theirs), names);
  assert.ok(plans.length <= 1);
  return plans[0];
};

/** What the file holds afterwards; "?" where a person is asked. */
const after = (ours: string | undefined, planned: FilePlan | undefined): string | undefined => {
  if (!planned) return ours;
  switch (planned.kind) {
    case 'keep':
    case 'shared':
      return ours;
    case 'delete':
      return undefined;
    case 'gone-here':
    case 'gone-there':
    case 'conflict':
      return '?';
    default:
      return planned.text;
  }
};

describe('taking a server’s source into a working tree', () => {
  const states = [undefined, 'one\n', 'two\n', 'three\n'];
  for (const base of states) {
    for (const ours of states) {
      for (const theirs of states) {
        it(`keeps what somebody changed: ${[base, ours, theirs].map((one) => one?.trim() ?? '–').join(', ')}`, () => {
          const result = after(ours, plan(base, ours, theirs));
          if (ours === theirs) assert.equal(result, ours);
          else if (ours === base) assert.equal(result, theirs);
          else if (theirs === base) assert.equal(result, ours);
          else assert.equal(result, '?');
        });
      }
    }
  }

  it('says what it does with each file', () => {
    const base = new Map([
      ['kept', '1'],
      ['mine', '1'],
      ['changed', '1'],
      ['removed', '1'],
      ['gone-here', '1'],
      ['gone-there', '1'],
      ['both', 'a\nb\nc\nd\ne\n'],
      ['fight', '1'],
    ]);
    const ours = new Map([
      ...base,
      ['mine', '2'],
      ['gone-there', '2'],
      ['both', 'A\nb\nc\nd\ne\n'],
      ['fight', '2'],
    ]);
    ours.delete('gone-here');
    const theirs = new Map([
      ...base,
      ['changed', '3'],
      ['gone-here', '3'],
      ['both', 'a\nb\nc\nd\nE\n'],
      ['fight', '3'],
      ['new', '3'],
    ]);
    theirs.delete('removed');
    theirs.delete('gone-there');
    const plans = planMerge(base, ours, theirs, names);
    assert.deepEqual(
      plans.map(({ path, kind }) => `${path}: ${kind}`),
      [
        'both: merge',
        'changed: update',
        'fight: conflict',
        'gone-here: gone-here',
        'gone-there: gone-there',
        'mine: keep',
        'new: create',
        'removed: delete',
      ],
    );
    const [both, , fight] = plans;
    assert.ok(both?.kind === 'merge');
    assert.equal(both.text, 'A\nb\nc\nd\nE\n');
    assert.ok(fight?.kind === 'conflict');
    assert.equal(fight.conflicts, 1);
    assert.equal(fight.text, '<<<<<<< Here\n2\n=======\n3\n>>>>>>> Staging');
    assert.deepEqual(fight.sides, { base: '1', ours: '2', theirs: '3' });
  });

  it('leaves a file that the server removed where an agent uses it that is not taken in', () => {
    const base = new Map([
      ['shared', '1'],
      ['changed', '1'],
      ['own', '1'],
      ['updated', '1'],
    ]);
    const ours = new Map([...base, ['changed', '2']]);
    const users = new Map([
      ['shared', ['porter']],
      ['changed', ['porter']],
      ['updated', ['porter']],
    ]);
    const plans = planMerge(base, ours, new Map([['updated', '3']]), names, users);
    assert.deepEqual(
      plans.map(({ path, kind }) => `${path}: ${kind}`),
      ['changed: shared', 'own: delete', 'shared: shared', 'updated: update'],
    );
  });

  it('makes a conflict only of the lines that both changed', () => {
    const planned = plan('1\n2\n3\n4\n5\n', '1\nzwei\n3\n4\n5\n6\n', '1\ndeux\n3\n4\n5\n');
    assert.ok(planned?.kind === 'conflict');
    assert.equal(planned.text, '1\n<<<<<<< Here\nzwei\n=======\ndeux\n>>>>>>> Staging\n3\n4\n5\n6\n');
  });

  it('takes the same change on both sides once', () => {
    const planned = plan('1\n2\n3\n', '1\nx\n3\ny\n', '0\n1\nx\n3\n');
    assert.ok(planned?.kind === 'merge', planned?.kind);
    assert.equal(planned.text, '0\n1\nx\n3\ny\n');
  });

  it('takes line ends and a byte order mark for no change, and leaves those that are here', () => {
    assert.equal(plan('1\n2\n', '1\r\n2\r\n', '1\n2\n'), undefined);
    assert.equal(plan('1\n', '\uFEFF1\n', '1\n'), undefined);
    const planned = plan('1\n2\n3\n4\n', '0\r\n1\r\n2\r\n3\r\n4\r\n', '1\n2\n3\n4\n5\n');
    assert.ok(planned?.kind === 'merge');
    assert.equal(planned.text, '0\r\n1\r\n2\r\n3\r\n4\r\n5\r\n');
  });

  it('takes no side where nothing is known of what both came from', () => {
    const planned = plan(undefined, 'same\nhere\n', 'same\nthere\n');
    assert.ok(planned?.kind === 'conflict');
    for (const text of ['here', 'there']) assert.ok(planned.text.includes(text));
  });

  it('does not come to a stand over a text of thousands of equal lines', () => {
    const many = '\n'.repeat(20_000);
    const started = computedMs();
    const planned = plan(many, `${many}here`, `there${many}`);
    assert.ok(planned?.kind === 'conflict' || planned?.kind === 'merge');
    assert.ok(planned.text.includes('here') && planned.text.includes('there'));
    assert.ok(computedMs() - started < 2_000);
  });
});
