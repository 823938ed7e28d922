import assert from 'node:assert/strict';
import {
  isNothing,
  planLines,
  planRestore,
  type TreeBefore,
} from '../../../../src/workbench/versions/restore-plan';

const of = (texts: Record<string, string>) =>
  new Map(Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]));

/** A version with these files, brought back into a working tree with those. */
function plan(
  version: Record<string, string>,
  files: Record<string, string>,
  more: Partial<TreeBefore> & { complete?: boolean } = {},
) {
  const { complete = true, ...tree } = more;
  return planRestore(
    { files: of(version), complete },
    { files: of(files), others: new Map(), users: new Map(), unsaved: new Set(), ...tree },
  );
}
const written = ({ written: all }: ReturnType<typeof plan>) =>
  all.map(({ path, state, bytes }) => `${state} ${path}: ${new TextDecoder().decode(bytes)}`);

describe('bringing the files of a version back', () => {
  it('writes what is new and changed, deletes what the version lacks, and leaves the rest', () => {
    const made = plan(
      { 'a.md': 'then', 'b.md': '', 'same.md': '1' },
      { 'a.md': 'now', 'c.md': 'x', 'same.md': '1' },
    );
    assert.deepEqual(written(made), ['changed a.md: then', 'new b.md: ']);
    assert.deepEqual(made.deleted, ['c.md']);
    assert.deepEqual(planLines(made), ['Changed: a.md.', 'New: b.md.', 'Deleted: c.md.']);
  });

  it('does nothing where the files are the same', () => {
    const made = plan({ 'a.md': '1', 'empty.md': '' }, { 'empty.md': '', 'a.md': '1' });
    assert.ok(isNothing(made));
    assert.deepEqual(planLines(made), []);
  });

  it('gives a file that was renamed since its old name back', () => {
    const made = plan({ 'skills/look.js': '1' }, { 'skills/find.js': '1' });
    assert.deepEqual(written(made), ['new skills/look.js: 1']);
    assert.deepEqual(made.deleted, ['skills/find.js']);
  });

  it('writes all of an agent that was deleted here', () => {
    const made = plan({ 'agents/a/agent.jsonc': '{}', 'agents/a/persona.md': 'P' }, {});
    assert.deepEqual(written(made), ['new agents/a/agent.jsonc: {}', 'new agents/a/persona.md: P']);
    assert.deepEqual(made.deleted, []);
  });

  it('deletes nothing for a version that is known in part only', () => {
    const made = plan({ 'new.js': '1' }, { 'old.js': '1', 'other.js': '2' }, { complete: false });
    assert.deepEqual(written(made), ['new new.js: 1']);
    assert.deepEqual(made.deleted, []);
  });

  it('keeps what other agents use, and says whose files it writes', () => {
    const users = new Map([
      ['shared/gone.js', ['b']],
      ['shared/text.md', ['b', 'c']],
    ]);
    const made = plan(
      { 'shared/text.md': 'then' },
      { 'shared/text.md': 'now', 'shared/gone.js': '1' },
      { users },
    );
    assert.deepEqual(made.deleted, []);
    assert.deepEqual(planLines(made), [
      'Changed: shared/text.md.',
      'Kept, as other agents use it: shared/gone.js.',
      'shared/text.md is also of b, c.',
    ]);
  });

  it('takes a file that lies there and is not of the agent for one that changes, and never deletes it', () => {
    const made = plan({ 'a.md': 'then' }, {}, { others: of({ 'a.md': 'mine', 'b.md': 'mine' }) });
    assert.deepEqual(written(made), ['changed a.md: then']);
    assert.deepEqual(made.deleted, []);
  });

  it('names what is not saved, where it is written or deleted', () => {
    const unsaved = new Set(['a.md', 'gone.md', 'same.md']);
    const made = plan(
      { 'a.md': 'then', 'same.md': '1' },
      { 'a.md': 'now', 'gone.md': '', 'same.md': '1' },
      { unsaved },
    );
    assert.deepEqual(made.unsaved, ['a.md', 'gone.md']);
  });

  it('names twelve files of a line at most, but every one that is deleted', () => {
    const many = (letter: string) =>
      Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`${letter}${at + 10}.md`, letter]));
    const [news, deleted] = planLines(plan(many('n'), many('d')));
    assert.match(news ?? '', /^New: n10\.md, .*n21\.md and 2 more\.$/);
    assert.match(deleted ?? '', /^Deleted: d10\.md, .*d23\.md\.$/);
  });
});
