import type { Migration } from 'kysely';
import { initial } from './0001-initial';
import { knowledge } from './0002-knowledge';
import { vault } from './0003-vault';
import { evals } from './0004-evals';
import { chat } from './0005-chat';
import { oldSessions } from './0006-old-sessions';
import { debug } from './0007-debug';
import { evalCoverage } from './0008-eval-coverage';
import { versionAuthor } from './0009-version-author';
import { changedFiles } from './0010-changed-files';

/** In the order of their names. A migration that has been released is never edited: the next one mends it. */
export const migrations: Record<string, Migration> = {
  '0001-initial': initial,
  '0002-knowledge': knowledge,
  '0003-vault': vault,
  '0004-evals': evals,
  '0005-chat': chat,
  '0006-old-sessions': oldSessions,
  '0007-debug': debug,
  '0008-eval-coverage': evalCoverage,
  '0009-version-author': versionAuthor,
  '0010-changed-files': changedFiles,
};
