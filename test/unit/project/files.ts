import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProjectFiles } from '../../../src/project';

/** A project's files as they are on disk. */
export function diskFiles(folder: string): ProjectFiles {
  return {
    list: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return files.map((entry) =>
        path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
      );
    },
    read: (file) => readFile(path.join(folder, file)),
  };
}

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
