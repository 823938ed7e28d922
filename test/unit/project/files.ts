import type { ProjectFiles } from '../../../src/project';

/** A project's files held in memory. Values are text or bytes. */
export function filesOf(files: Record<string, string | Uint8Array>): ProjectFiles {
  return {
    list: async () => Object.keys(files),
    read: async (path) => {
      const content = Object.hasOwn(files, path) ? files[path] : undefined;
      return typeof content === 'string' ? Buffer.from(content) : content;
    },
  };
}

/** The least that a project needs to have no issue; `extra` adds or replaces files. */
export function smallProject(
  extra: Record<string, string | Uint8Array> = {},
): Record<string, string | Uint8Array> {
  return {
    'tavora.jsonc': '{ "project": "shop" }',
    'agents/support/agent.jsonc': JSON.stringify({
      id: 'support',
      name: 'Support',
      model: 'local/rehearsal',
      persona: 'persona.md',
      skills: ['skills/*'],
    }),
    'agents/support/persona.md': 'You help customers.\n',
    'agents/support/skills/greet.js': 'return { text: "Hello " + args.name };\n',
    ...extra,
  };
}
