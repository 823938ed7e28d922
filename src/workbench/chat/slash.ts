import type { Agent } from '../../project';
import type { PromptTemplate } from '../../protocol';
import type { SlashCommand } from '../../webviews/chat/messages';

/** What can be typed after a slash: the agent's skills, the server's prompt templates, and what the chat itself does. */
export function slashCommands(
  agent: Agent | undefined,
  templates: readonly PromptTemplate[],
): SlashCommand[] {
  const skills = (agent?.skills ?? []).map(({ name, description }): SlashCommand => {
    return { name, kind: 'skill', detail: description };
  });
  const prompts = templates.map(({ name, content }): SlashCommand => {
    return { name: wordOf(name), kind: 'template', detail: firstLine(content), text: content };
  });
  return [...skills, ...prompts, ...actions];
}

const actions: readonly SlashCommand[] = [
  { name: 'new', kind: 'action', detail: 'Begin another conversation' },
  { name: 'history', kind: 'action', detail: 'Go on with an earlier conversation' },
  { name: 'export', kind: 'action', detail: 'Open this conversation as Markdown' },
  { name: 'trace', kind: 'action', detail: 'Open the trace of this conversation' },
];

/**
 * What is said to the agent for a message as it was typed: `/skill` with what follows becomes a request to use that
 * skill. Any other message is said as it stands.
 */
export function spoken(text: string, agent: Agent | undefined): string {
  const [, name, rest = ''] = /^\/(\S+)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  if (name === undefined || !agent?.skills.some((skill) => skill.name === name)) {
    return text;
  }
  return rest === '' ? `Use the skill "${name}".` : `Use the skill "${name}" for this: ${rest}`;
}

/** A template's name as one word. */
function wordOf(name: string): string {
  return name.trim().replace(/\s+/g, '-');
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
