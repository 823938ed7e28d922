import path from 'node:path';
import { version } from '../../package.json';
import { loadProject } from '../project';
import { readArguments, usage } from './arguments';
import { DiskFiles, findProject } from './disk';
import { writers } from './formats';
import { CannotRun } from './problem';
import { forgiveClosedOutput, wantsColour } from './terminal';

/** @returns the exit code: 0 without issues, 1 with some. @throws CannotRun */
async function main(args: readonly string[]): Promise<number> {
  const { folder, format, tell } = readArguments(args);
  if (tell) {
    process.stdout.write(tell === 'help' ? usage : `${version}\n`);
    return 0;
  }
  const project = await findProject(path.resolve(folder));
  const { issues } = await loadProject(new DiskFiles(project));
  // Annotations are placed from the root of the repository, which a workflow names.
  const base = path.resolve((format === 'github' && process.env.GITHUB_WORKSPACE) || '.');
  process.stdout.write(writers[format]({ issues, project, base, version, colour: wantsColour() }));
  return issues.length > 0 ? 1 : 0;
}

forgiveClosedOutput();

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const known = error instanceof CannotRun;
    const reason = error instanceof Error ? (known ? error.message : error.stack) : String(error);
    process.stderr.write(`tavora-lint: ${reason}\n`);
    process.exitCode = 2;
  },
);
