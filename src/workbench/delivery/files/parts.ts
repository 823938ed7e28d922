import * as z from 'zod/mini';
import { type Agent, isSafePath } from '../../../project';
import type { AgentConfig, AgentVersion } from '../../../protocol';
import type { Snapshot } from './source';

const SkillPart = z.looseObject({
  name: z.string(),
  type: z.optional(z.nullable(z.string())),
  path: z.optional(z.nullable(z.string())),
  code: z.optional(z.nullable(z.string())),
  prompt: z.optional(z.nullable(z.string())),
  content: z.optional(z.nullable(z.string())),
});

/**
 * What the public answer of a server holds of an agent: its persona, and the skills whose text it has.
 * @param known the agent as the working tree has it, so that the parts stand at its paths
 */
export function partsOf(
  source: Pick<AgentConfig | AgentVersion, 'persona_md' | 'skills_json'>,
  agentId: string,
  known: Agent | undefined,
): Snapshot {
  const folder = known
    ? known.configPath.slice(0, known.configPath.lastIndexOf('/') + 1)
    : `agents/${agentId}/`;
  const files = new Map<string, Uint8Array>();
  const put = (path: string, text: string) => {
    if (isSafePath(path)) files.set(path, new TextEncoder().encode(text));
  };
  if (source.persona_md) put(known?.personaPath ?? `${folder}persona.md`, source.persona_md);
  const list = Array.isArray(source.skills_json) ? source.skills_json : [];
  for (const one of list) {
    const skill = SkillPart.safeParse(one).data;
    const text = skill?.code ?? skill?.prompt ?? skill?.content;
    if (skill && text) {
      const same = known?.skills.find(({ name }) => name === skill.name);
      const ending = skill.type === 'prompt' ? 'md' : 'js';
      put(skill.path ?? same?.path ?? `${folder}skills/${skill.name}.${ending}`, text);
    }
  }
  return { files, complete: false };
}
