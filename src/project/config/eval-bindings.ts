import type { Listing } from '../listing';
import type { AgentConfigSource } from './agent-config';
import { resolveBinding, shown, similarFile } from './bindings';

/** Resolves the `evals` of an agent to paths, each once, and reports what is missing. */
export function bindEvals(config: AgentConfigSource, listing: Listing): string[] {
  const { report } = config;
  const bound = new Set<string>();
  for (const written of config.evals) {
    const resolved = resolveBinding(report, written, listing, 'invalid-eval-glob');
    if (resolved.kind === 'bad') continue;
    const exact = resolved.kind === 'exact';
    const matches = !exact
      ? listing.matchFiles(resolved.pattern)
      : listing.hasFile(resolved.path)
        ? [resolved.path]
        : [];
    for (const path of matches) {
      if (path.toLowerCase().endsWith('.json')) bound.add(path);
      else {
        report.add(
          'bad-eval-extension',
          written.node,
          `The eval ${shown(path)} is not a .json file.`,
          'Evals are .json files. Rename it, or narrow the pattern.',
        );
      }
    }
    if (matches.length > 0) continue;
    const similar = exact ? similarFile(listing, resolved.path, written.text) : undefined;
    report.add(
      'missing-eval-file',
      written.node,
      exact
        ? `The eval file ${shown(written.text)} does not exist.`
        : `No eval matches ${shown(written.text)}.`,
      `${similar?.hint ?? ''}Create the file, or remove it from "evals".`,
      similar?.data,
    );
  }
  return [...bound];
}

/** @returns the persona's path; reports one that is written but not there. */
export function bindPersona(config: AgentConfigSource, listing: Listing): string | undefined {
  const { persona, report } = config;
  if (!persona) return undefined;
  const resolved = resolveBinding(report, persona, listing, 'unsafe-path');
  if (resolved.kind === 'bad') return undefined;
  if (resolved.kind === 'exact' && listing.hasFile(resolved.path)) return resolved.path;
  const similar = resolved.kind === 'exact' ? similarFile(listing, resolved.path, persona.text) : undefined;
  report.add(
    'missing-persona',
    persona.node,
    `The persona file ${shown(persona.text)} does not exist.`,
    `${similar?.hint ?? ''}Create the file, or remove "persona".`,
    similar?.data,
  );
  return undefined;
}
