import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'jsonc-parser';

const read = (file: string) => readFileSync(file, 'utf8');
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;
const documents = [...globSync('*.md'), ...globSync('docs/**/*.md'), ...globSync('examples/**/README.md')];

/** A document without its blocks of code: what stands there are examples, of links too. */
const withoutCode = (text: string) => text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, '');

describe('what the repository says of itself', () => {
  it('has documents to check', () => {
    assert.ok(documents.includes('CONTRIBUTING.md'), documents.join(', '));
  });

  for (const document of documents) {
    it(`${document} names npm scripts that exist`, () => {
      for (const [, name = ''] of read(document).matchAll(/npm run ([\w:-]+)/g)) {
        assert.ok(name in scripts, `${document} says "npm run ${name}", which package.json does not have`);
      }
    });

    it(`${document} links to files that exist`, () => {
      for (const [, target = ''] of withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (!/^(https?|command|mailto):|^#/.test(target)) {
          const file = path.join(path.dirname(document), target.replace(/#.*$/, ''));
          assert.ok(existsSync(file), `${document} links to ${target}, which is not there`);
        }
      }
    });
  }

  it('has a file for every script of package.json that runs one', () => {
    const files = Object.values(scripts).flatMap((line) => line.match(/^node (\S+)/)?.[1] ?? []);
    assert.ok(files.length >= 5);
    for (const file of files) {
      assert.ok(existsSync(file), `package.json runs ${file}, which is not there`);
    }
  });
});

describe('F5', () => {
  const launches: { name: string; args: string[]; preLaunchTask: string }[] = parse(
    read('.vscode/launch.json'),
  ).configurations;
  const tasks: { label: string; script: string }[] = parse(read('.vscode/tasks.json')).tasks;

  it('has one launch entry for each sample', () => {
    const opened = launches.map(({ args }) => args.at(-1)?.replace('$' + '{workspaceFolder}/', '')).sort();
    assert.deepEqual(
      opened,
      globSync('examples/*')
        .map((folder) => folder.split(path.sep).join('/'))
        .sort(),
    );
  });

  it('builds before it launches, with a task that exists', () => {
    for (const { name, preLaunchTask } of launches) {
      assert.ok(
        tasks.some(({ label }) => label === preLaunchTask),
        `${name} wants the task ${preLaunchTask}`,
      );
    }
  });

  it('has tasks that run npm scripts that exist', () => {
    for (const { label, script } of tasks) {
      assert.ok(script in scripts, `the task ${label} runs ${script}`);
    }
  });
});
