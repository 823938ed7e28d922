import type * as vscode from 'vscode';
import { hashBytes } from '../../../project';
import type { CoveredFile } from '../../../protocol';
import type { Begun, Connection, ServerInfo } from '../../connection';
import { entryOf, serverKey } from '../../delivery';
import { PoliteError, sentence } from '../../shared/errors';
import { readBytes } from '../../shared/files';
import type { WorkspaceProject } from '../../shared/workspaces';
import { sumOf } from './details';
import { type ReadCase, SkillCoverage } from './skill-coverage';

interface Collected {
  file: CoveredFile;
  tests: Map<vscode.TestItem, ReadCase[]>;
}

/** A run on the server, and which of its cases is which item. */
export interface CoveredRun {
  runId: string;
  /** Where it is, whatever is chosen by now. */
  server: ServerInfo;
  itemOf(caseId: string): vscode.TestItem | undefined;
}

/** Gathers what the runs of one test run exercised, over all agents, and gives it to the editor. */
export class RunCoverage {
  private readonly projects = new Map<WorkspaceProject, Map<string, Collected>>();

  constructor(
    private readonly connection: Connection,
    private readonly say: (text: string) => void,
  ) {}

  /** Reads what runs have exercised, where they began. What cannot be read is said, and left out. */
  async collect(project: WorkspaceProject, begun: Begun, runs: readonly CoveredRun[]): Promise<void> {
    for (const run of runs) {
      try {
        const client = await this.connection.clientFor(begun, undefined, project.folder.toString());
        const files = await client.evals.coverage(run.runId);
        if (files === undefined) {
          this.say(`${run.server.label} does not record what a run of evals exercises.`);
          return;
        }
        for (const file of files) this.add(project, run, file);
      } catch (error) {
        this.say(`What the run exercised could not be read: ${sentence(error)}`);
      }
    }
  }

  /** Shows what was gathered; a file that has changed since is left out, and said. */
  async show(test: vscode.TestRun): Promise<void> {
    for (const [project, files] of this.projects) {
      for (const [path, { file, tests }] of files) {
        const bytes = await readBytes(project.uri(path));
        if (bytes && hashBytes(bytes) === file.hash) {
          test.addCoverage(new SkillCoverage(project.uri(path), file, tests));
        } else {
          this.say(`${path} is not what was run any more: its coverage is not shown. Run the evals again.`);
        }
      }
    }
  }

  private add(project: WorkspaceProject, run: CoveredRun, file: CoveredFile): void {
    const files = this.projects.get(project) ?? new Map<string, Collected>();
    this.projects.set(project, files);
    const known = files.get(file.path);
    const tests = known?.tests ?? new Map<vscode.TestItem, ReadCase[]>();
    for (const id of file.cases) {
      const item = run.itemOf(id);
      if (!item) continue;
      const read: ReadCase = async (signal) =>
        (await this.ofCase(project, run, id, signal))?.find(({ path }) => path === file.path);
      tests.set(item, [...(tests.get(item) ?? []), read]);
    }
    // Agents that share a skill may run different versions of it: the newest run's is the one on disk.
    const same = known?.file.hash === file.hash;
    files.set(file.path, { file: known && same ? sumOf(known.file, file) : file, tests });
  }

  /** @throws PoliteError when no entry of the settings leads to the run's server any more. */
  private async ofCase(
    project: WorkspaceProject,
    { runId, server }: CoveredRun,
    caseId: string,
    signal: AbortSignal,
  ): Promise<CoveredFile[] | undefined> {
    const entry = entryOf(this.connection, serverKey(server));
    if (!entry) {
      throw new PoliteError(
        `What a single test exercised is known to ${server.label} (${server.origin}), which is not among the servers of tavora.servers any more. Run the evals again with coverage.`,
      );
    }
    const client = await this.connection.clientOf(entry.id, signal, project.folder.toString());
    return await client.evals.coverage(runId, { case: caseId }, { signal });
  }
}
