import type { Agent } from './types';

/** @returns the ids of the agents that use a file, by its path. */
export function fileUsers(agents: readonly Pick<Agent, 'id' | 'files'>[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { id, files } of agents) {
    for (const path of files) users.set(path, [...(users.get(path) ?? []), id]);
  }
  return users;
}
