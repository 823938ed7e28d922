import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { checkOpenFile, loadProject, projectIssues, type RuleView, rules } from '../../../src/project';
import { caseOf, folder } from './rule-case';

describe('rules, each by good and bad projects from files', () => {
  it('has cases for every rule and for nothing else', () => {
    const codes = readdirSync(folder).filter((name) => name !== '_base');
    assert.deepEqual(codes.sort(), rules.map((rule) => rule.code).sort());
  });

  for (const { code, severity } of rules) {
    describe(code, () => {
      const names = existsSync(path.join(folder, code)) ? readdirSync(path.join(folder, code)) : [];

      it('has both', () => {
        for (const kind of ['good', 'bad']) assert.ok(names.includes(kind), `${code}/${kind}`);
      });

      for (const name of names) {
        it(`${name.replace('-', ': ')}`, async () => {
          const { files, options } = caseOf(code, name);
          const view = options.server ? { server: options.server } : {};
          const project = await loadProject(files);
          const issues = projectIssues(project, view);
          if (name.startsWith('good')) {
            assert.deepEqual(issues, []);
            return;
          }
          const found = issues.filter((one) => one.code === code);
          assert.ok(found.length > 0, `reported are: ${issues.map((one) => one.code).join(', ')}`);
          const others = issues.filter((one) => one.code !== code && !options.also?.includes(one.code));
          assert.deepEqual(others, [], 'one problem is reported once');
          for (const issue of found) {
            assert.equal(issue.severity, severity);
            assert.match(issue.message, /^\S.*\.$/s, 'the message is a sentence');
            assert.ok(issue.hint, 'the hint says how to repair it');
            if (issue.range) {
              assert.deepEqual([issue.line, issue.column], [issue.range.line, issue.range.column]);
            }
          }
          if (options.at !== undefined) {
            const marked = found.map(({ file, range }) => {
              assert.ok(range, 'it has a place');
              return project.text(file)?.substr(range.offset, range.length);
            });
            assert.ok(marked.includes(options.at), `underlined is: ${marked.join(' | ')}`);
          }
          await sameWhileTyping(project, issues, view);
        });
      }
    });
  }
});

/** An open file with the same text has the same problems as the saved one. */
async function sameWhileTyping(
  project: Awaited<ReturnType<typeof loadProject>>,
  issues: ReturnType<typeof projectIssues>,
  view: RuleView,
): Promise<void> {
  for (const file of new Set(issues.map((one) => one.file))) {
    const text = project.text(file);
    if (text === undefined) continue;
    assert.deepEqual(
      checkOpenFile(project, file, text, view),
      issues.filter((one) => one.file === file),
      `${file}, open in an editor`,
    );
  }
}
