import assert from 'node:assert/strict';
import { readAnalysis } from '../../../../src/runtime/agent/read-analysis';
import type { SkillSource, SkillSources } from '../../../../src/runtime/agent/skill-sources';

const code = 'return args.total;\n';
const shown: SkillSource[] = [
  { skill: 'total', path: 'agents/s/skills/total.js', text: code },
  { skill: 'tone', path: 'agents/s/skills/tone.md', text: 'Be kind.\r\nBe short.\r\n' },
  { skill: 'stock', path: 'agents/s/skills/stock/skill.md', text: 'Counts.\n' },
  { skill: 'stock', path: 'agents/s/skills/stock/main.js', text: 'return 1;\n' },
];
const sources: SkillSources = { shown, leftOut: [], newer: false };
const read = (changes: unknown, more: Partial<SkillSources> = {}) =>
  readAnalysis(JSON.stringify({ prompt_changes: 'a', reasoning: 'Why.', skill_changes: changes }), {
    ...sources,
    ...more,
  });

describe('reading a model’s analysis', () => {
  it('finds the object among words', () => {
    const text = 'Sure!\n```json\n{"prompt_changes": "a", "reasoning": "b", "eval_case": null}\n```';
    assert.deepEqual(readAnalysis(text, sources), { prompt_changes: 'a', reasoning: 'b', eval_case: null });
  });

  for (const text of [
    '',
    'no',
    '{',
    '{"prompt_changes": "a"}',
    '{"prompt_changes": 1, "reasoning": "b"}',
    '[]',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => readAnalysis(text, sources), /model/));
  }

  it('gives a changed skill with its file and both of its texts', () => {
    const { skill_changes: changes, reasoning } = read([
      { skill: 'total', content: 'return args.total + 1;' },
      { skill: 'tone', path: 'agents/s/skills/tone.md', content: 'Be kind.\n' },
    ]);
    assert.deepEqual(changes, [
      { skill: 'total', path: 'agents/s/skills/total.js', before: code, after: 'return args.total + 1;\n' },
      {
        skill: 'tone',
        path: 'agents/s/skills/tone.md',
        before: 'Be kind.\r\nBe short.\r\n',
        after: 'Be kind.\n',
      },
    ]);
    assert.equal(reasoning, 'Why.');
  });

  it('takes a folder’s code for the skill where no file is named', () => {
    const named = (path?: string) => read([{ skill: 'stock', path, content: '2;' }]).skill_changes?.[0]?.path;
    assert.equal(named(), 'agents/s/skills/stock/main.js');
    assert.equal(named('agents/other/main.js'), 'agents/s/skills/stock/main.js');
    assert.equal(named('agents/s/skills/stock/skill.md'), 'agents/s/skills/stock/skill.md');
  });

  for (const [what, changes, words] of [
    [
      'a skill that the session does not have',
      [{ skill: 'refund', content: 'x' }],
      /“refund” .*no skill of this name/,
    ],
    ['the text that is there', [{ skill: 'total', content: code }], /“total” .*the text that the skill has/],
    [
      'that text with other line ends',
      [{ skill: 'tone', content: 'Be kind.\nBe short.' }],
      /the text that the skill has/,
    ],
    [
      'code that cannot be read',
      [{ skill: 'total', content: '\nreturn (;' }],
      /no JavaScript that can be run, line 2/,
    ],
    [
      'a module’s import',
      [{ skill: 'total', content: 'import a from "b";' }],
      /no JavaScript that can be run, line 1/,
    ],
    ['a change without its text', [{ skill: 'total' }], /did not give its name and its whole text/],
    ['something else than a list', 'change total', /did not give its name and its whole text/],
    ['nothing in the list', [null], /did not give its name and its whole text/],
  ] as const) {
    it(`leaves out ${what}, and says so`, () => {
      const analysis = read(changes);
      assert.equal('skill_changes' in analysis, false);
      const [why, note, ...others] = analysis.reasoning.split('\n\n');
      assert.equal(why, 'Why.');
      assert.match(note ?? '', words);
      assert.deepEqual(others, []);
    });
  }

  it('keeps the good ones of several, and the first of two for a file', () => {
    const { skill_changes: changes, reasoning } = read([
      { skill: 'refund', content: 'x' },
      { skill: 'total', content: 'return 1;' },
      { skill: 'total', content: 'return 2;' },
    ]);
    assert.deepEqual(
      changes?.map(({ after }) => after),
      ['return 1;\n'],
    );
    assert.match(reasoning, /total\.js is changed once already/);
  });

  it('says what was not looked at, and that the source is a newer one', () => {
    const more = { leftOut: ['agents/s/skills/huge.js'], newer: true };
    assert.match(read([], more).reasoning, /^Why\.\n\nNot looked at, because it is too long: .*huge\.js\.$/);
    const changed = read([{ skill: 'total', content: 'return 1;' }], more);
    assert.match(changed.reasoning, /the skills were looked at as they are now\.$/);
  });
});
