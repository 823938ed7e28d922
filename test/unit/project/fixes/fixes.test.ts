import assert from 'node:assert/strict';
import {
  applyEdits,
  type FileChange,
  fixAll,
  fixableCodes,
  fixesFor,
  loadProject,
  rules,
} from '../../../../src/project';
import { filesOf } from '../files';
import { broken } from './fixtures';

const decoded = (value: string | Uint8Array | undefined) =>
  value === undefined || typeof value === 'string' ? value : Buffer.from(value).toString();

const load = (files: Record<string, string | Uint8Array>) => loadProject(filesOf(files));

/** @returns the files after changes; undefined takes one away. */
function withChanges(
  files: Record<string, string | Uint8Array>,
  changes: ReadonlyMap<string, FileChange>,
): Record<string, string | Uint8Array> {
  const result = { ...files };
  for (const [path, change] of changes) {
    if (change === undefined) delete result[path];
    else result[path] = typeof change === 'string' ? change : (files[change.movedFrom] ?? '');
  }
  return result;
}

const said = (issues: readonly { file: string; code: string; message: string }[]) =>
  issues.map(({ file, code, message }) => `${file} ${code}: ${message}`);

describe('Quick fixes', () => {
  it('are known for exactly the rules that say they can be fixed', () => {
    const wanted = rules.filter(({ fixable }) => fixable).map(({ code }) => code);
    assert.deepEqual([...fixableCodes].sort(), [...wanted].sort());
  });

  for (const [code, projects] of Object.entries(broken)) {
    for (const [index, files] of projects.entries()) {
      it(`end ${code}, and make no other problem (${index + 1})`, async () => {
        const before = await load(files);
        const of = before.issues.filter((issue) => issue.code === code);
        assert.ok(of.length > 0, `the fixture has no ${code}: ${said(before.issues).join('\n')}`);
        for (const issue of of) {
          const source = { project: before, text: (path: string) => before.text(path) };
          const fixes = fixesFor(source, issue);
          assert.ok(fixes[0]?.preferred, `${code} has no answer`);
          assert.equal(fixes.filter(({ preferred }) => preferred).length, 1);
          for (const fix of fixes) {
            const fixed = await load(
              after(
                files,
                applyEdits(fix.edits, (path) => before.text(path)),
              ),
            );
            const left = said(fixed.issues);
            const fresh = left.filter((one) => !said(before.issues).includes(one));
            const count = (list: typeof before.issues) => list.filter((one) => one.code === code).length;
            assert.ok(
              count(fixed.issues) < count(before.issues),
              `"${fix.title}" leaves: ${left.join('\n')}`,
            );
            assert.deepEqual(
              fresh.filter((one) => !one.includes(` ${code}: `)),
              [],
              `"${fix.title}" makes a new problem`,
            );
          }
        }
      });

      it(`end every ${code} of a project at once (${index + 1})`, async () => {
        const changes = await fixAll(filesOf(files), (issue) => issue.code === code);
        const fixed = await load(withChanges(files, changes));
        assert.deepEqual(said(fixed.issues.filter((issue) => issue.code === code)), []);
        for (const [path, text] of changes) assert.notEqual(text, decoded(files[path]));
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
    assert.deepEqual((await load(withChanges(files, changes))).issues, []);
  });

  it('leave comments and layout of a config as they are', async () => {
    const text =
      '{\n\t// Who we are.\n\t"id": "support", "name": "Support",\n\t"model": "local/rehearsal", // offline\n\t"capabilities": [\n\t\t"memory", // old\n\t\t"search"\n\t]\n}\n';
    const files = { 'tavora.jsonc': '{ "project": "shop" }', 'agents/support/agent.jsonc': text };
    const changes = await fixAll(filesOf(files));
    const now = changes.get('agents/support/agent.jsonc') ?? '';
    assert.match(now, /\/\/ Who we are\./);
    assert.match(now, /"model": "local\/rehearsal", \/\/ offline/);
    assert.doesNotMatch(now, /memory/);
  });
});
