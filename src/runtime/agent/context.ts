import type { ModelRequest } from '../models/types';
import type { LoadedAgent } from '../source/loaded';

type Context = ModelRequest['context'];

/** What the offline model reads of an agent, which a real model reads from the system prompt. */
export function rehearsalContext(source: LoadedAgent | undefined): Context {
  if (!source) return { persona: '', skills: [] };
  const { agent } = source;
  return {
    capabilities: agent.declaresCapabilities ? agent.capabilities : undefined,
    persona: agent.personaPath ? (source.text(agent.personaPath) ?? '') : '',
    skills: agent.skills.map(({ name, kind, path, info }) => ({
      name,
      kind,
      source: source.text(path) ?? '',
      info,
    })),
  };
}
