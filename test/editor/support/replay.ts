import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { inputRequestOf } from '../../../src/protocol';
import { until } from './api';

/** Replays a session from its first step in its studio, with a message that makes the agent ask, until it does. */
export async function askingReplay(api: TestApi, sessionId: string) {
  await vscode.commands.executeCommand('tavora.openStudio', sessionId);
  const panel = await until('the trace is read', () => {
    const one = api.studio.panel(sessionId);
    return one?.lastTrace ? one : undefined;
  });
  panel.replayFrom({ fromStep: 0, message: 'Greet Bob' });
  const trace = await until('the replay asks', () => {
    const { trace: read } = panel.lastReplay ?? {};
    return read?.session.status === 'waiting' ? read : undefined;
  });
  const requestId = inputRequestOf(trace.steps.at(-1)?.tool_args)?.request_id ?? '';
  return { panel, replayId: trace.session.id, requestId };
}
