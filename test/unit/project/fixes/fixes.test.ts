import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  applyEdits,
  type FileChange,
  fixAll,
  fixableCodes,
  fixesFor,
  loadProject,
  type ProjectFiles,
  projectIssues,
  type RuleView,
  rules,
} from '../../../../src/project';
import { filesOf } from '../files';
import { caseOf, folder } from '../rule-case';
import { broken } from './fixtures';

interface Broken {
  name: string;
  files: ProjectFiles;
  view: RuleView;
}

/** Every project that has a problem of a rule: the least ones here, and the bad cases of the rules' own tests. */
function brokenBy(code: string): Broken[] {
  const own = (broken[code] ?? []).map(
    (files, i): Broken => ({ name: String(i + 1), files: filesOf(files), view: {} }),
  );
  const cases = readdirSync(path.join(folder, code)).filter((name) => name.startsWith('bad'));
  return [
    ...own,
    ...cases.map((name): Broken => {
      const { files, options } = caseOf(code, name);
      return { name, files, view: options.server ? { server: options.server } : {} };
    }),
  ];
}

/** @returns files with changes laid over them. */
function withChanges(files: ProjectFiles, changes: ReadonlyMap<string, FileChange>): ProjectFiles {
  return {
    async list() {
      const kept = (await files.list()).filter((one) => !changes.has(one));
      return [...kept, ...[...changes].filter(([, change]) => change !== undefined).map(([one]) => one)];
    },
    async read(one) {
      if (!changes.has(one)) return files.read(one);
      const change = changes.get(one);
      if (typeof change === 'object') return files.read(change.movedFrom);
      return change === undefined ? undefined : Buffer.from(change);
    },
  };
}

const said = (issues: readonly { file: string; code: string; message: string }[]) =>
  issues.map(({ file, code, message }) => `${file} ${code}: ${message}`);

/** What a repair brings to light: of code that could not be read, or of files while a config could not be trusted. */
const hiddenBefore: Readonly<Record<string, readonly string[]>> = {
  'sandbox-no-import': ['sandbox-no-node', 'unknown-require'],
  'unknown-rule': ['unused-ignore'],
  'missing-persona': ['unused-file'],
  'missing-skill-file': ['unused-file'],
  'missing-skill-folder': ['unused-file'],
  'missing-eval-file': ['unused-file'],
};

describe('Quick fixes', () => {
  const fixable = rules.filter((rule) => rule.fixable).map(({ code }) => code);

  it('are known for exactly the rules that say they can be fixed', () => {
    assert.deepEqual([...fixableCodes].sort(), [...fixable].sort());
  });

  for (const code of fixable) {
    const projects = brokenBy(code);

    it(`know one answer for ${code}`, async () => {
      const answers: number[] = [];
      for (const { files, view } of projects) {
        const project = await loadProject(files);
        const source = { project, text: (one: string) => project.text(one) };
        for (const issue of projectIssues(project, view).filter((one) => one.code === code)) {
          answers.push(fixesFor(source, issue).filter(({ preferred }) => preferred).length);
        }
      }
      assert.ok(answers.includes(1), `of ${answers.length} problems none has an answer`);
      assert.ok(answers.every((count) => count <= 1));
    });

    for (const { name, files, view } of projects) {
      it(`end ${code}, and make no other problem (${name})`, async () => {
        const before = await loadProject(files);
        const issues = projectIssues(before, view);
        const of = (list: typeof issues) => list.filter((one) => one.code === code);
        assert.ok(of(issues).length > 0, `the project has no ${code}: ${said(issues).join('\n')}`);
        const source = { project: before, text: (one: string) => before.text(one) };
        for (const issue of of(issues)) {
          for (const fix of fixesFor(source, issue)) {
            const fixed = await loadProject(withChanges(files, applyEdits(fix.edits, source.text)));
            const left = projectIssues(fixed, view);
            assert.ok(of(left).length < of(issues).length, `"${fix.title}" leaves: ${said(left).join('\n')}`);
            const known = said(issues);
            const fresh = left.filter(
              (one) =>
                one.code !== code &&
                !hiddenBefore[code]?.includes(one.code) &&
                !said([one]).every((text) => known.includes(text)),
            );
            assert.deepEqual(said(fresh), [], `"${fix.title}" makes a new problem`);
          }
        }
      });

      it(`end every ${code} that has an answer at once (${name})`, async () => {
        const changes = await fixAll(files, (issue) => issue.code === code, view);
        const fixed = await loadProject(withChanges(files, changes));
        const source = { project: fixed, text: (one: string) => fixed.text(one) };
        const left = projectIssues(fixed, view).filter((one) => one.code === code);
        const answered = left.filter((one) => fixesFor(source, one).some(({ preferred }) => preferred));
        assert.deepEqual(said(answered), []);
      });
    }
  }

  it('give everything that has an answer in one go', async () => {
    const files = Object.assign(
      {},
      ...(broken['undeclared-capability'] ?? []),
      ...(broken['missing-persona'] ?? []),
    );
    const changes = await fixAll(filesOf(files));
    assert.deepEqual((await loadProject(withChanges(filesOf(files), changes))).issues, []);
  });

  it('leave comments and layout of a config as they are', async () => {
    const text =
      '{\n\t// Who we are.\n\t"id": "support", "name": "Support",\n\t"model": "local/rehearsal", // offline\n\t"capabilities": [\n\t\t"memory", // old\n\t\t"search"\n\t]\n}\n';
    const files = { 'tavora.jsonc': '{ "project": "shop" }', 'agents/support/agent.jsonc': text };
    const changes = await fixAll(filesOf(files));
    const now = changes.get('agents/support/agent.jsonc');
    assert.ok(typeof now === 'string');
    assert.match(now, /\/\/ Who we are\./);
    assert.match(now, /"model": "local\/rehearsal", \/\/ offline/);
    assert.doesNotMatch(now, /memory/);
  });
});
