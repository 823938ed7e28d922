import type { TestApi } from '../../../src/extension';
import { inputRequestOf } from '../../../src/protocol';
import type { Ending } from '../../../src/webviews/chat/messages';
import { agentKey } from '../../../src/workbench/chat/agents';
import type { Chat } from '../../../src/workbench/chat/chat';
import { desk } from './desk';
import type { TestProject } from './project';

/** Begins a conversation with the draft of the project's agent. */
async function beginChat(api: TestApi, made: TestProject): Promise<void> {
  await api.chat.chat.choose({ agent: agentKey(made.folder, 'greeter'), target: 'draft' });
  await api.chat.chat.begin();
}

/**
 * Has the draft of the project's agent answer a message, in a conversation of its own.
 * @returns the session that it is on record as
 */
export async function askInChat(api: TestApi, made: TestProject, message: string): Promise<string> {
  await beginChat(api, made);
  await api.chat.chat.send(message);
  return api.chat.chat.sessionId ?? '';
}

/** Gives the suite that calls it a desk with the chat, where each test begins a conversation. */
export function chatDesk(name: string) {
  const here = desk(name);
  const chat = () => here.api.chat.chat;
  beforeEach(() => beginChat(here.api, here.made));
  after(() => chat().begin());
  return {
    here,
    chat,
    /** How the last turn ended; undefined while it has not. */
    ending: (): Ending | undefined => {
      const last = chat().entries.at(-1);
      return last?.kind === 'ending' ? last.ending : undefined;
    },
    /** What the person has said in it. */
    said: (): string[] =>
      chat().entries.flatMap((entry) => {
        if (entry.kind === 'message') {
          return [entry.text];
        }
        return entry.kind === 'step' && entry.step.step_type === 'message' ? [entry.step.content] : [];
      }),
  };
}

/** @returns the id of the question that a chat shows last; undefined where it shows none */
export function questionIn({ entries }: Chat): string | undefined {
  const asked = entries.findLast((entry) =>
    entry.kind === 'event'
      ? entry.event.type === 'input_request'
      : entry.kind === 'step' && entry.step.step_type === 'input_request',
  );
  const args =
    asked?.kind === 'event' ? asked.event.args : asked?.kind === 'step' ? asked.step.tool_args : undefined;
  return inputRequestOf(args)?.request_id;
}

/** Settles once the next window would know all that this one has heard: the file that keeps it takes a moment. */
export async function keptForNext({ conversation }: Chat): Promise<void> {
  // Writes follow one another, so one that changes nothing ends behind all others.
  await conversation.memory.update({});
}

/** A skill that asks before it greets. */
export const askingSkill = `/**
 * Asks whether to greet.
 * @param {object} args
 * @param {string} args.name - The name of the person to greet
 */
module.exports = function greet(args) {
  return confirm('Greet ' + args.name + '?') ? 'Hello, ' + args.name + '!' : 'Nobody is greeted.';
};
`;
