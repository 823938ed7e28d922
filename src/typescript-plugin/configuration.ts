/** The plugin's name for the JavaScript service; also its package's. */
export const pluginName = 'tavora-typescript-plugin';

/** What a `require` name stands for: a file, or declarations of it that were made from its documentation. */
export interface RequiredModule {
  /** Absolute path of the file that a person means by the name. */
  file: string;
  /** The text of a declaration file to read in its place. */
  text?: string;
}

export interface TypedSkill {
  /** Absolute path of the skill's code. */
  file: string;
  /** Declares the global `args`; left out for a skill that is a module. */
  args?: string;
  /** Position in `agents`. */
  agent: number;
}

/** What the extension tells the plugin: which files are skills, and what they find in their sandbox. */
export interface PluginConfiguration {
  /** Absolute path of the declarations of the primitives. */
  sandbox: string;
  skills: TypedSkill[];
  /** What each agent's skills may require, by name. */
  agents: Record<string, RequiredModule>[];
}

/** @returns whether a message is a configuration; the service starts a plugin without one. */
export function isConfiguration(value: unknown): value is PluginConfiguration {
  if (typeof value !== 'object' || value === null) return false;
  const { sandbox, skills, agents } = value as Record<string, unknown>;
  return typeof sandbox === 'string' && Array.isArray(skills) && Array.isArray(agents);
}
