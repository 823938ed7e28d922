import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readArguments, usage } from '../../../../src/cli/eval/arguments';

describe('what docs/evals.md says of tavora-eval', () => {
  const page = readFileSync('docs/evals.md', 'utf8');

  it('is a workflow that GitHub reads, whose command is understood', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const workflow = parse(text) as {
      on: string;
      jobs: Record<string, { 'runs-on': string; steps: { run?: string; uses?: string }[] }>;
    };
    assert.equal(workflow.on, 'pull_request');
    const steps = workflow.jobs.evals?.steps ?? [];
    assert.ok(steps.every(({ run, uses }) => (run === undefined) !== (uses === undefined)));
    const command = steps.flatMap(({ run }) => run ?? []).find((run) => run.includes('eval.js')) ?? '';
    const [, args = ''] = /eval\.js" (.*) > evals\.xml$/.exec(command) ?? [];
    const { format, baseline, target } = readArguments(args.split(' '));
    assert.deepEqual([format, baseline, target], ['junit', 'evals-baseline.json', 'draft']);
  });

  it('names the options that the command has', () => {
    const section = page.slice(page.indexOf('## In CI'));
    const named = new Set(section.match(/--[a-z]+/g));
    const had = new Set(usage.match(/--[a-z]+/g));
    assert.deepEqual(
      [...named].filter((option) => !had.has(option)),
      [],
    );
  });
});
