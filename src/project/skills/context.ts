import type { SkillInfo } from './info';

/** What a skill may count on in the agent that uses it. */
export interface SkillContext {
  /** Names of the agent's module skills. */
  modules: readonly string[];
  /** Names of its prompt skills, which cannot be required. */
  prompts: readonly string[];
  mcpServers: readonly string[];
  /** Undefined when the agent does not say: then nothing is reported about capabilities. */
  capabilities?: readonly string[];
  /** True when the other skills of the agent are not known, as for a skill checked by itself. */
  alone?: boolean;
  /** True when the agent is to run on a hosted server, whose engine has less than the local one. */
  hosted?: boolean;
  /** What the module skills of the agent offer, by name. */
  infos?: ReadonlyMap<string, SkillInfo>;
  /** Path of the agent's config, for what a quick fix adds to it. */
  agent?: string;
}

/**
 * The module skill that a name asks for. Every server knows `name`, `./name` and `./skills/name` as one.
 * `lenient` also takes `../name`, `./name.js` and `skills/name/main.js`, as the local sandbox does.
 */
export function moduleName(request: string, lenient = false): string {
  if (!lenient) return request.replace(/^\.\/(?:skills\/)?/, '');
  return request
    .replace(/^(?:\.{1,2}\/)+/, '')
    .replace(/^skills\//, '')
    .replace(/\.js$/, '')
    .replace(/\/main$/, '');
}
