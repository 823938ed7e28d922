import * as vscode from 'vscode';
import type { Connection, Underway } from '../connection';
import type { FixCheck } from './fix-check';
import type { Replay } from './replay';

/** What a panel may have under way. */
export interface PanelWork {
  /** Name of the session's agent; "" where it is not known. */
  agent: string;
  replay: Replay | undefined;
  /** The measuring of a suggestion, which runs a replay too. */
  check: FixCheck | undefined;
}

/** Has a person asked about the work of a panel before the server is left. */
export function watchWork(
  connection: Pick<Connection, 'leaving' | 'state'>,
  work: () => PanelWork,
): vscode.Disposable {
  return vscode.Disposable.from(
    connection.leaving.add(() => checkUnderway(work())),
    connection.leaving.add(() => replayUnderway(work(), connection.state.server.embedded)),
  );
}

function checkUnderway({ agent, check }: PanelWork): Underway | undefined {
  if (!check?.isRunning) {
    return undefined;
  }
  return {
    what: `A suggestion for ${agent || 'the agent'} is still being checked.`,
    kept: 'The check stops then; the figures so far stay.',
    ended: () => check.done,
    end: () => {
      check.stop();
      return check.done;
    },
  };
}

/** One that is only followed goes on at a server that stays; the embedded runtime stops. */
function replayUnderway({ agent, replay, check }: PanelWork, embedded: boolean): Underway | undefined {
  if (!replay?.isUnderWay || !(replay.isOwn || embedded)) {
    return undefined;
  }
  if (check?.isRunning && check.replay === replay) {
    return undefined;
  }
  return {
    what: `${agent || 'The agent'} is still working in a replay.`,
    kept: 'Its run ends then; what was done until then is kept in its trace.',
    ended: () => replay.done,
    end: () => {
      replay.stop();
      return replay.done;
    },
  };
}
