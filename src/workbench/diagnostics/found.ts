import { projectIssues, type RangedIssue, type RuleView } from '../../project';
import type { WorkspaceProject } from '../shared/workspaces';

interface Found {
  project: WorkspaceProject['project'];
  view: RuleView;
  byFile: ReadonlyMap<string, readonly RangedIssue[]>;
}

/** The problems of projects as they were loaded, by file; sorted out once for each reading and each view. */
export class FoundIssues {
  private readonly known = new WeakMap<WorkspaceProject, Found>();

  /** @returns by path, only files with a problem. */
  of(project: WorkspaceProject, view: RuleView): ReadonlyMap<string, readonly RangedIssue[]> {
    const before = this.known.get(project);
    if (before && before.project === project.project && before.view === view) {
      return before.byFile;
    }
    const byFile = new Map<string, RangedIssue[]>();
    for (const issue of projectIssues(project.project, view)) {
      const list = byFile.get(issue.file);
      if (list) {
        list.push(issue);
      } else {
        byFile.set(issue.file, [issue]);
      }
    }
    this.known.set(project, { project: project.project, view, byFile });
    return byFile;
  }
}
