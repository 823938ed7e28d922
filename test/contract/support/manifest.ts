import { buildManifest, loadProject, type ProjectFiles } from '../../../src/project';
import type { Manifest } from '../../../src/protocol';

/** A project held in memory. */
export function filesOf(files: Record<string, string>): ProjectFiles {
  return {
    list: async () => Object.keys(files),
    read: async (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
  };
}

/** The manifest of a project held in memory, as the extension would send it. */
export async function manifestOf(files: Record<string, string>): Promise<Manifest> {
  return buildManifest(await loadProject(filesOf(files)));
}

/** A project with one agent, two module skills and a prompt skill. */
export function sampleFiles(change: Record<string, string> = {}): Record<string, string> {
  return {
    'tavora.jsonc': '{ "project": "shop" }',
    'agents/support/agent.jsonc': JSON.stringify({
      id: 'support',
      name: 'Support',
      model: 'test/scripted',
      persona: 'persona.md',
      capabilities: ['search', 'require', 'indexes', 'ai', 'fetch'],
      skills: ['skills/*'],
    }),
    'agents/support/persona.md': 'You help customers of a shop with their orders.',
    'agents/support/skills/order.js':
      '/**\n * Looks up an order.\n * @param {object} args\n * @param {string} args.id - Number of the order.\n */\nmodule.exports = function (args) {\n  if (!args || !args.id) throw new Error("An order needs an id.");\n  return { id: args.id, total: 42 };\n};\n',
    'agents/support/skills/refund.js':
      '/** Refunds an order. */\nif (!confirm("Refund " + args.id + "?")) return { refunded: false };\nreturn { refunded: true };\n',
    'agents/support/skills/tone.md': 'Be kind and short.',
    ...change,
  };
}
