import * as vscode from 'vscode';
import { Authoring } from './workbench/authoring';
import { ChatView } from './workbench/chat';
import { Connection, ConnectionCommands } from './workbench/connection';
import { Debugging } from './workbench/debug';
import {
  DeleteAgent,
  Delivery,
  Drafts,
  Pull,
  Recorder,
  SaveSync,
  Snapshots,
  StatusBar,
  VersionFiles,
} from './workbench/delivery';
import { Diagnostics } from './workbench/diagnostics';
import { EvalResults, Evals } from './workbench/evals';
import { EvalHistory, EvalsView } from './workbench/evals/history';
import { Explorer } from './workbench/explorer';
import { Language } from './workbench/language';
import { CodeLenses } from './workbench/lenses';
import { Fixes } from './workbench/quick-fixes';
import { ServerResources } from './workbench/resources';
import { RunLogs } from './workbench/run-logs';
import { RunSkill } from './workbench/run-skill';
import { ContextKeys } from './workbench/shared/context-keys';
import { Log } from './workbench/shared/log';
import type { Services } from './workbench/shared/services';
import { SessionActivity } from './workbench/shared/session-activity';
import { Workspaces } from './workbench/shared/workspaces';
import { SessionsView, Studio } from './workbench/studio';
import { SkillTypes } from './workbench/types';
import { Versions } from './workbench/versions';
import { Walkthrough } from './workbench/walkthrough';

/** What the extension's own tests reach for. */
export interface TestApi extends Services {
  delivery: Delivery;
  explorer: Explorer;
  versions: Versions;
  authoring: Authoring;
  language: Language;
  runSkill: RunSkill;
  chat: ChatView;
  sessions: SessionsView;
  studio: Studio;
  evals: Evals;
  debugging: Debugging;
  runLogs: RunLogs;
  statusBar: StatusBar;
  resources: ServerResources;
  evalHistory: EvalHistory;
  evalsView: EvalsView;
}

let connection: Connection | undefined;

/** Builds the parts. @returns them to the extension's tests, and nothing to other extensions. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const own = <T extends vscode.Disposable>(one: T): T => {
    context.subscriptions.push(one);
    return one;
  };
  const log = own(new Log());
  const workspaces = own(new Workspaces(log));
  connection = own(new Connection(context, log));
  const recorder = new Recorder(context, log);
  const drafts = own(new Drafts(context.workspaceState, log, workspaces, connection, recorder));
  const snapshots = new Snapshots(workspaces, connection, drafts, recorder.archive);
  own(new VersionFiles(snapshots, drafts));
  const services: Services = { context, log, workspaces, connection, drafts, snapshots };

  own(new ContextKeys(workspaces));
  own(new ConnectionCommands(connection, workspaces, log));
  const diagnostics = own(new Diagnostics(services));
  const results = own(new EvalResults(connection, drafts, log));
  const evalHistory = own(new EvalHistory(services, recorder.archive));
  const activity = own(new SessionActivity());
  const runLogs = own(new RunLogs(services, activity));
  const evals = own(new Evals(services, results, evalHistory, runLogs));
  const saves = own(new SaveSync(log, workspaces, connection, drafts));
  const delivering = { ...services, archive: recorder.archive, saves };
  const delivery = own(new Delivery(delivering, evals.gate));
  own(new DeleteAgent(log, workspaces, connection, drafts));
  own(new Pull(delivering));
  const versions = own(new Versions(services, recorder.archive, delivery, evalHistory));
  const explorer = own(new Explorer(services, results, versions));
  const authoring = own(new Authoring(services));
  const language = own(new Language(services));
  own(new SkillTypes(services));
  own(new Fixes(services, diagnostics));
  const runSkill = own(new RunSkill(services));
  own(new CodeLenses(services, results));
  const evalsView = own(new EvalsView(services, evalHistory));
  own(new Walkthrough(services, activity, runSkill));
  const chat = own(new ChatView(services, activity));
  const sessions = own(new SessionsView(services, activity));
  const studio = own(new Studio(services, activity, results));
  const debugging = own(new Debugging(services, activity));
  const resources = own(new ServerResources(services, diagnostics));
  const statusBar = own(new StatusBar(log, workspaces, connection, drafts));

  // Keys are among the services: no other extension may have them.
  return context.extensionMode === vscode.ExtensionMode.Test
    ? {
        ...services,
        delivery,
        explorer,
        versions,
        authoring,
        language,
        runSkill,
        chat,
        sessions,
        studio,
        evals,
        debugging,
        runLogs,
        statusBar,
        resources,
        evalHistory,
        evalsView,
      }
    : undefined;
}

/** Lets the embedded runtime finish what it writes. */
export async function deactivate(): Promise<void> {
  await connection?.stop();
}
