import * as vscode from 'vscode';
import type { DeployResult, Issue, SyncResult } from '../../protocol';
import { isCancellation, PoliteError, type Remedy, sentence } from './errors';
import type { Log } from './log';

/** Names a project by its folder and, where it matters, one of its agents. */
export interface AgentTarget {
  folder: vscode.Uri;
  agentId?: string;
}

/**
 * Every command, with what it takes. A menu passes what its row or editor stands for (a node of the view, a
 * file's URI); the palette passes nothing, and the command then asks or takes what is open.
 */
export interface Commands {
  'tavora.sync': (target?: unknown) => Promise<SyncResult>;
  'tavora.deploy': (target?: unknown) => Promise<DeployResult>;
  /** The two answers to the preview of a deployment that is shown. */
  'tavora.acceptDeploy': () => Promise<void>;
  'tavora.cancelDeploy': () => Promise<void>;
  /** Brings back the evals that decide on what the preview shows. */
  'tavora.showDecidingEvals': () => Promise<void>;
  'tavora.showDeployLog': () => Promise<void>;
  'tavora.validate': (target?: unknown) => Promise<Issue[]>;
  'tavora.newProject': () => Promise<void>;
  'tavora.openSample': (name?: string) => Promise<void>;
  'tavora.connect': () => Promise<void>;
  'tavora.addEnvironment': () => Promise<void>;
  'tavora.signOut': () => Promise<void>;
  'tavora.restartRuntime': () => Promise<void>;
  'tavora.showLog': () => void;
  'tavora.menu': () => Promise<void>;
  'tavora.refresh': () => Promise<void>;
  'tavora.revealAgent': (target?: unknown) => Promise<void>;
  'tavora.renameAgent': (target?: unknown) => Promise<void>;
  'tavora.deleteAgent': (target?: unknown) => Promise<void>;
  'tavora.pull': (target?: unknown) => Promise<void>;
  'tavora.promote': (target?: unknown) => Promise<void>;
  'tavora.openVersion': (version?: unknown) => Promise<void>;
  'tavora.showVersionChanges': (version?: unknown) => Promise<void>;
  'tavora.compareVersionWithFiles': (version?: unknown) => Promise<void>;
  'tavora.compareVersions': (version?: unknown, all?: unknown) => Promise<void>;
  'tavora.restoreVersion': (version?: unknown) => Promise<void>;
  'tavora.rollBack': (version?: unknown) => Promise<void>;
  'tavora.moreVersions': (row: unknown) => Promise<void>;
  'tavora.chat': (target?: unknown) => Promise<void>;
  'tavora.newChat': () => Promise<void>;
  'tavora.chatHistory': () => Promise<void>;
  'tavora.exportChat': () => Promise<void>;
  /** Takes a file's address; without one, the selection of the editor. */
  'tavora.attachToChat': (uri?: unknown) => Promise<void>;
  'tavora.debugAgent': (target?: unknown) => Promise<void>;
  'tavora.debugSession': (session?: unknown) => Promise<void>;
  'tavora.openStudio': (session?: unknown) => Promise<void>;
  'tavora.showLastRuns': (skill?: unknown) => Promise<void>;
  'tavora.importTrace': () => Promise<void>;
  'tavora.exportTrace': (session?: unknown) => Promise<void>;
  'tavora.refreshSessions': () => Promise<void>;
  'tavora.moreSessions': () => Promise<void>;
  'tavora.stopRun': (session?: unknown) => Promise<void>;
  'tavora.deleteSession': (session?: unknown, all?: unknown) => Promise<void>;
  'tavora.groupSessions': () => Promise<void>;
  'tavora.renameSession': (session?: unknown) => Promise<void>;
  'tavora.exportSession': (session?: unknown) => Promise<void>;
  'tavora.compareSessions': (session?: unknown, all?: unknown) => Promise<void>;
  'tavora.copySessionId': (session?: unknown) => Promise<void>;
  'tavora.writeTypes': (target?: unknown) => Promise<void>;
  'tavora.fixAll': (target?: unknown) => Promise<void>;
  'tavora.runSkill': (skill?: unknown) => Promise<unknown>;
  'tavora.refreshResources': () => Promise<void>;
  /** The three take a row of the view, or `{name}`. */
  'tavora.addSecret': (secret?: unknown) => Promise<void>;
  'tavora.replaceSecret': (secret?: unknown) => Promise<void>;
  'tavora.deleteSecret': (secret?: unknown) => Promise<void>;
  /** Takes a host as text. */
  'tavora.allowHost': (host?: unknown) => Promise<void>;
  'tavora.removeHost': (host?: unknown) => Promise<void>;
  'tavora.moveSecret': (place?: unknown) => Promise<void>;
  'tavora.newAgent': (target?: unknown) => Promise<void>;
  'tavora.newSkill': (target?: unknown) => Promise<void>;
  'tavora.newEval': (target?: unknown) => Promise<void>;
  'tavora.newEvalFromTurn': (turn?: unknown) => Promise<void>;
  'tavora.migrateProject': (target?: unknown) => Promise<void>;
  'tavora.evaluate': (target?: unknown) => Promise<void>;
  'tavora.repeatEvals': (item?: unknown) => Promise<void>;
  'tavora.openEvalTrace': (item?: unknown) => Promise<void>;
  /** Takes the file of a case and, where several agents bind it, the id of one. */
  'tavora.showEval': (uri?: unknown, agentId?: unknown) => Promise<void>;
  /** Takes an agent's row or a file; `caseName` beside an agent shows that case. */
  'tavora.showEvals': (target?: unknown) => Promise<void>;
  'tavora.showUsers': (skill?: unknown) => Promise<void>;
}

export type CommandId = keyof Commands;

/** Runs a command by its id with checked arguments. */
export function runCommand<K extends CommandId>(id: K, ...args: Parameters<Commands[K]>): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...args);
}

/**
 * Registers handlers. A handler that throws ends in one message with its remedies, and in the log; a
 * cancelled one ends quietly.
 */
export function registerCommands(log: Log, handlers: Partial<Commands>): vscode.Disposable {
  const registered = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        // The map pairs each id with its handler's parameters; handlers check what menus hand them.
        return await Reflect.apply(handler, undefined, args);
      } catch (error) {
        reportError(log, error);
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

/** Shows an error to the person, with its remedies and a way to the log, and writes it to the log. */
export function reportError(log: Log, error: unknown): void {
  if (isCancellation(error)) {
    return;
  }
  log.error(sentence(error), error instanceof PoliteError ? error.cause : error);
  const remedies = error instanceof PoliteError ? error.remedies : [];
  offer(log, vscode.window.showErrorMessage, sentence(error), [
    ...remedies,
    { label: 'Show Log', run: async () => log.show() },
  ]);
}

/** Shows a message with buttons and does not wait for the person; what a button throws is reported. */
export function offer(
  log: Log,
  show: (message: string, ...labels: string[]) => Thenable<string | undefined>,
  message: string,
  remedies: readonly Remedy[],
): void {
  const answered = async () => {
    const picked = await show(message, ...remedies.map(({ label }) => label));
    await remedies.find(({ label }) => label === picked)?.run();
  };
  answered().catch((error) => reportError(log, error));
}
