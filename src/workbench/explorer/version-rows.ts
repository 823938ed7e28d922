import type { SourceFiles } from '../../project';
import { type AgentSource, versionUri } from '../delivery';
import { sentence } from '../shared/errors';
import type { Services } from '../shared/services';
import { type VersionHistory, type VersionInfo, versionName, versionWords } from '../versions';
import type { Row } from './row';

/** How many versions are shown at first, and how many more each time. */
const pageSize = 20;

/** The rows below "Versions" of an agent, which are read when it is opened. */
export class VersionRows {
  private readonly shown = new Map<string, number>();

  constructor(
    private readonly services: Services,
    private readonly history: VersionHistory,
  ) {}

  /** @returns what stands below a row whose children are read late: versions, or the files of one. */
  async children(row: Row): Promise<Row[]> {
    try {
      return row.version ? await this.files(row, row.version) : await this.versions(row);
    } catch (error) {
      // The view has no other place for it, and nobody is interrupted: the row was opened, not a command given.
      return [below(row, 'note', 'warning', sentence(error), 'note')];
    }
  }

  /** Shows more versions below a "Versions" row. */
  more(row: Row): void {
    this.shown.set(row.id, (this.shown.get(row.id) ?? pageSize) + pageSize);
  }

  private async versions(row: Row): Promise<Row[]> {
    const { project, agentId = '' } = row;
    const { snapshots, drafts } = this.services;
    const source = snapshots.sourceOf(project, agentId);
    const live = drafts.record(project, agentId)?.deployed?.versionId;
    const { versions, note } = await this.history.list(source, live);
    const count = this.shown.get(row.id) ?? pageSize;
    return [
      ...(note ? [below(row, 'note', 'info', note, 'note')] : []),
      ...versions.slice(0, count).map((info) => versionRow(row, source, info)),
      ...(versions.length > count
        ? [below(row, 'more', 'ellipsis', `Show ${Math.min(pageSize, versions.length - count)} More`, 'more')]
        : []),
    ];
  }

  private async files(row: Row, { source, info }: NonNullable<Row['version']>): Promise<Row[]> {
    const which = { kind: 'version', id: info.id, semver: info.semver } as const;
    const { files, complete } = await this.services.snapshots.read(source, which);
    const folder = commonFolder(files);
    const rows = [...files.keys()].map((path) => ({
      ...below(row, 'file', 'file', path.slice(folder.length), `file/${path}`),
      uri: versionUri(source, which, path),
    }));
    const parts = 'Only these parts are known: the server gives no other files of this version.';
    return complete ? rows : [below(row, 'note', 'info', parts, 'note'), ...rows];
  }
}

function versionRow(parent: Row, source: AgentSource, info: VersionInfo): Row {
  const icon = info.live ? 'pass-filled' : 'tag';
  return {
    ...below(parent, 'version', icon, versionName(info), info.id),
    description: versionWords(info),
    version: { source, info },
    lazy: true,
  };
}

function below(parent: Row, kind: Row['kind'], icon: string, label: string, id: string): Row {
  const { project, agentId } = parent;
  return {
    id: `${parent.id}|${id}`,
    kind,
    icon,
    label,
    description: '',
    project,
    problems: 0,
    children: [],
    ...(agentId === undefined ? {} : { agentId }),
  };
}

/** @returns the folder that all files are below, with a slash at its end; "" when there is none. */
function commonFolder(files: SourceFiles): string {
  const [first = '', ...rest] = files.keys();
  let folder = first.slice(0, first.lastIndexOf('/') + 1);
  while (folder !== '' && !rest.every((path) => path.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  }
  return folder;
}
