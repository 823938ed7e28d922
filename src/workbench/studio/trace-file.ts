import * as vscode from 'vscode';
import { type Trace, TraceFile } from '../../protocol';
import type { StudioNotification, StudioRequest, StudioSession } from '../../webviews/studio/messages';
import { reportError } from '../shared/commands';
import { PoliteError, sentence } from '../shared/errors';
import { modelPrices } from '../shared/model-prices';
import type { Services } from '../shared/services';
import { openSkill } from '../shared/skill-source';
import { showText } from '../shared/text-document';
import { openLink, PageHost } from '../shared/webview';
import { TraceTeller } from './trace-teller';

/** What the name of a trace's file ends in. */
export const traceEnding = '.tavora-trace.json';

/** Asks where to, and saves a trace as a file. @returns undefined when the person did not say where */
export async function exportTrace(trace: Trace): Promise<vscode.Uri | undefined> {
  const title = trace.session.title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60) || 'session';
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, `${title}${traceEnding}`) } : {}),
    filters: { 'Tavora trace': ['json'] },
    title: 'Export Trace',
  });
  if (!file) {
    return undefined;
  }
  const content = { format: 'tavora-trace', version: 1, exported_at: new Date().toISOString(), trace };
  await vscode.workspace.fs.writeFile(
    file,
    new TextEncoder().encode(`${JSON.stringify(content, undefined, 2)}\n`),
  );
  return file;
}

/** @throws PoliteError that names the file and what is wrong with it. */
export async function readTraceFile(uri: vscode.Uri): Promise<Trace> {
  const name = vscode.workspace.asRelativePath(uri, false);
  const text = await textOf(uri, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PoliteError(`${name} is not JSON, so it is no trace: ${reason}`);
  }
  const read = TraceFile.safeParse(value);
  if (!read.success) {
    const field = read.error.issues[0]?.path.join('.') || 'format';
    throw new PoliteError(
      `${name} is not a trace that was exported here: its field "${field}" does not fit.`,
    );
  }
  return read.data.trace;
}

async function textOf(uri: vscode.Uri, name: string): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    throw new PoliteError(`${name} could not be read: ${sentence(error)}`, [], { cause: error });
  }
}

/** Shows a trace's file in the studio, to read: no server is asked for anything. */
export class TraceFileEditor implements vscode.CustomReadonlyEditorProvider {
  static readonly viewType = 'tavora.traceFile';

  constructor(private readonly services: Services) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { services } = this;
    let session: StudioSession = {
      id: '',
      trace: undefined,
      agent: '',
      reading: true,
      problem: '',
      unfollowed: '',
      fromFile: true,
      prices: modelPrices(),
      canChangeAll: false,
      family: [],
      looksForFamily: false,
    };
    const read = async () => {
      try {
        const trace = await readTraceFile(uri);
        const agent = String(trace.session.metadata?.local_id ?? '');
        session = { ...session, id: trace.session.id, trace, agent, reading: false, problem: '' };
      } catch (error) {
        services.log.warn(`A trace was not shown: ${sentence(error)}`);
        session = { ...session, reading: false, problem: sentence(error) };
      }
      page.post({
        type: 'session',
        session: { ...session, trace: new TraceTeller(() => undefined).news(session.trace) },
      });
    };
    const page = new PageHost<StudioRequest, StudioNotification>(
      panel.webview,
      services.context.extensionUri,
      'studio',
      'Trace',
      async (request) => {
        switch (request.type) {
          case 'ready':
          case 'refresh':
          case 'whole':
            return await read();
          case 'copy':
            return await vscode.env.clipboard.writeText(request.text);
          case 'show':
            return await showText(request.text, request.language);
          case 'skill':
            return await openSkill(services.workspaces, undefined, request, vscode.ViewColumn.Beside);
          case 'link':
            return await openLink(request.href);
        }
      },
      (error) => reportError(services.log, error),
    );
    panel.onDidDispose(() => page.dispose());
  }
}
