import { applyEdits, suggestedPersona, suggestedSkills } from '../../project';
import type { ReplayRequest } from '../../protocol';
import { badRequest } from '../http/problem';
import type { LoadedAgents } from '../source/loaded';
import type { Store } from '../store';
import { type RunnableSession, sourceOf } from './session-source';

type Suggestion = NonNullable<ReplayRequest['suggestion']>;

/** What a session with a suggestion runs. */
export interface Suggested {
  /** Texts by path in the place of files of the source. */
  changedFiles: Record<string, string>;
  /** Undefined where each run makes its own prompt, of the changed source. */
  systemPrompt: string | undefined;
}

/**
 * Puts a suggestion into the source of a session: the skills' texts, and the text for the persona at its end, by the
 * same rules by which it would be written into the project. A prompt that a client wrote gets that text instead.
 * @param prompt that the client wrote; undefined where there is none
 * @throws Problem 400 for a session without source, and for what cannot be put into it.
 */
export async function withSuggestion(
  services: { store: Store; loaded: LoadedAgents },
  session: RunnableSession,
  prompt: string | undefined,
  { prompt_changes: changes = '', skill_changes: skills }: Suggestion,
): Promise<Suggested> {
  const { loaded: source, missing } = await sourceOf(services, session);
  if (!source) {
    throw refused(missing ?? 'The session has no agent whose source the suggestion could be put into.');
  }
  const { agent, text } = source;
  const { edits, problems } = suggestedSkills({ text }, agent, skills);
  const [problem] = problems;
  if (problem) throw refused(problem);
  if (prompt === undefined && changes.trim() !== '' && agent.personaPath === undefined) {
    throw refused(`The agent "${agent.id}" has no persona that the suggestion could be put into.`);
  }
  const persona = prompt === undefined ? suggestedPersona({ text }, agent, changes) : [];
  const changed = applyEdits([...edits, ...persona], text);
  const texts = [...changed].flatMap(([path, after]) => (typeof after === 'string' ? [[path, after]] : []));
  return {
    changedFiles: { ...session.changed_files, ...Object.fromEntries(texts) },
    systemPrompt: prompt !== undefined && changes.trim() !== '' ? `${prompt}\n\n${changes}` : prompt,
  };
}

function refused(message: string): Error {
  return badRequest(message, { field: 'suggestion' });
}
