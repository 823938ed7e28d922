import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { type AgentProject, checkOpenFile, loadProject, primitives } from '../../../src/project';
import { Bench } from '../sandbox/harness';
import { diskFiles } from './files';

const folder = path.join(process.cwd(), 'test/fixtures/corpus');

/** One call of a skill, and what the runtime must answer. */
interface Run {
  agent: string;
  skill: string;
  block: string;
  value: unknown;
}

const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe('a corpus of valid projects', () => {
  const bench = new Bench();
  let modules = 0;

  for (const name of names) {
    describe(name, () => {
      const files = diskFiles(path.join(folder, name, 'tavora'));
      const runs = JSON.parse(readFileSync(path.join(folder, name, 'runs.json'), 'utf8')) as Run[];
      let project: AgentProject;
      before(async () => {
        project = await loadProject(files);
      });

      it('has no problem, saved or open', () => {
        assert.deepEqual(project.issues, []);
        for (const file of project.agents.flatMap((agent) => agent.files)) {
          assert.deepEqual(checkOpenFile(project, file, project.text(file) ?? ''), [], file);
        }
      });

      it('is run whole', () => {
        const skills = project.agents.flatMap((agent) =>
          agent.skills.filter((skill) => skill.kind === 'module').map((skill) => `${agent.id} ${skill.name}`),
        );
        const missing = skills.filter((one) => !runs.some((run) => `${run.agent} ${run.skill}` === one));
        assert.deepEqual(missing, [], 'every module skill is called');
        modules += skills.length;
      });

      for (const run of runs) {
        it(`the runtime accepts and runs ${run.skill} of ${run.agent}`, async () => {
          const agent = project.agents.find((one) => one.id === run.agent);
          assert.ok(agent);
          const skills = agent.skills
            .filter((skill) => skill.kind === 'module')
            .map((skill) => ({ name: skill.name, path: skill.path, source: project.text(skill.path) ?? '' }));
          const options = {
            skills,
            mcp: agent.mcp.map((server) => ({ name: server.name })),
            primitives: primitives.map((one) => one.name),
            call: async (primitive: string, args: unknown[]) => answer(primitive, args),
          };
          assert.deepEqual(await bench.value(run.block, options), run.value);
          assert.deepEqual(
            await bench.value(run.block, { ...options, coverage: true }),
            run.value,
            'counted',
          );
        });
      }
    });
  }

  describe('as a whole', () => {
    it('is large enough to mean something', () => {
      assert.ok(modules >= 60, `${modules} skills`);
    });
  });
});

/** What the host of the sandbox gives for a primitive: a small world of one document. */
function answer(primitive: string, args: unknown[]): unknown {
  const row = { content: 'passage', snippet: 'passage', score: 0.9, document_id: 'd1', filename: 'a.md' };
  switch (primitive) {
    case 'search':
    case 'searchDocuments':
      return [row];
    case 'fetch': {
      const { body } = (args[1] ?? {}) as { body?: unknown };
      return { status: 200, ok: true, headers: {}, body: typeof body === 'string' ? body : '{}' };
    }
    case 'ai':
      return 'fine';
    case 'listIndexes':
      return [{ id: 'i1', name: 'faq', description: '' }];
    case 'getDocument':
      return { id: args[0], filename: 'a.md', content: 'whole', metadata: {} };
    case 'confirm':
      return true;
    case 'choice':
      return (args[1] as string[])[0];
    case 'input':
      return 'typed';
    case 'mcp':
      return args[1] === 'list' ? [] : { name: 'Ada' };
    default:
      return undefined;
  }
}
