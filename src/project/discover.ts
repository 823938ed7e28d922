import { resolveBinding, shown } from './config/bindings';
import { type ProjectConfig, projectConfigPath } from './config/project-config';
import { compareBytes } from './hash';
import type { Listing } from './listing';
import { issue } from './rules/issue';
import { defaultDiscover } from './schemas/project';

/** Finds the agents' config files, in byte order; reports patterns that cannot be used or find nothing. */
export function discoverAgents(config: ProjectConfig, listing: Listing): string[] {
  const found = new Set<string>();
  let usable = true;
  for (const { pattern, node } of config.discover) {
    if (node === undefined) {
      for (const path of listing.matchFiles(defaultDiscover)) found.add(path);
      continue;
    }
    const resolved = resolveBinding(config.report, { text: pattern, node }, listing, 'invalid-agent-glob');
    if (resolved.kind === 'bad') usable = false;
    else if (resolved.kind === 'glob')
      for (const path of listing.matchFiles(resolved.pattern)) found.add(path);
    else if (listing.hasFile(resolved.path)) found.add(resolved.path);
  }
  found.delete(projectConfigPath);
  if (found.size === 0 && usable) {
    const { report } = config;
    const written = config.discover.map((one) => shown(one.pattern)).join(', ');
    const node = config.discover[0]?.node;
    const message = `No agent was found: no file matches ${written}.`;
    const hint = 'Create agents/<name>/agent.jsonc, or set "agents.discover" to where your agents are.';
    if (report.document.root) report.add('no-agents', node, message, hint);
    else report.issues.push(issue('no-agents', projectConfigPath, { message, hint }));
  }
  return [...found].sort(compareBytes);
}
