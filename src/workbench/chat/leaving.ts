import * as vscode from 'vscode';
import type { ServerInfo, Underway } from '../connection';
import type { Chat } from './chat';

/**
 * Asks what becomes of the run that leaving the conversation would end; asks nothing where there is none.
 * @param outlives true where the server lets a run go on that nobody follows
 * @returns false where the person stays
 */
export async function mayLeave(chat: Chat, outlives: boolean): Promise<boolean> {
  const { turns, state } = chat;
  const run = turns.own;
  if (!run) {
    return true;
  }
  const name = state.agents.find(({ key }) => key === state.agent)?.name ?? 'The agent';
  // What the server has not begun cannot go on there.
  const canGoOn = outlives && run.isThere;
  const detail = canGoOn
    ? 'What was done is kept in the history of the chat. A run that goes on can be followed again from there; the runtime ends it when nobody has for a while, and the limits of the chat no longer hold it.'
    : 'What was done until then is kept in the history of the chat.';
  const picked = await vscode.window.showWarningMessage(
    `${name} is still working. Leave this conversation and end the run?`,
    { modal: true, detail },
    'End Run',
    ...(canGoOn ? [goOn] : []),
  );
  if (picked === goOn) {
    turns.disown();
  }
  return picked !== undefined;
}

const goOn = 'Let It Go On';

/**
 * @returns the run that breaks off where the server is left. One that is only followed goes on at a server that stays;
 * the embedded runtime stops.
 */
export function underway({ turns, state }: Chat, server: ServerInfo): Underway | undefined {
  if (!turns.own && !(turns.isBusy && server.embedded)) {
    return undefined;
  }
  const name = state.agents.find(({ key }) => key === state.agent)?.name ?? 'The agent';
  return {
    what: `${name} is still working in the chat.`,
    kept: 'Its run ends then; what was done until then is kept in the history of the chat, and a message that waits is kept too.',
    ended: () => turns.settled(),
    end: () => turns.end(),
  };
}
