import type { BoundSkill } from '../config/skill-bindings';
import type { SourceFile } from '../source-file';
import type { SkillFile } from '../types';
import { folderSkillInfo, promptDescription } from './describe';

/**
 * Reads a skill from its files.
 * @param source gives a file that was read.
 */
export function skillFile(
  bound: Omit<BoundSkill, 'node'>,
  source: (path: string) => SourceFile | undefined,
): SkillFile {
  const { name, kind, layout, path, files: paths } = bound;
  const text = (file: string) => source(file)?.text;
  const folder = layout === 'folder' ? path.slice(0, path.lastIndexOf('/')) : undefined;
  const analysis = kind === 'module' ? source(path)?.skill : undefined;
  const typedef = folder === undefined ? undefined : text(`${folder}/main.d.ts`);
  const info = analysis && folderSkillInfo(analysis.info, typedef);
  const prompt = folder === undefined ? text(path) : text(`${folder}/skill.md`);
  const fromPrompt = kind === 'module' && folder === undefined ? '' : promptDescription(prompt ?? '');
  return {
    name,
    kind,
    layout,
    path,
    files: paths,
    description: (layout === 'folder' && fromPrompt) || info?.description || fromPrompt,
    ...(info ? { info } : {}),
  };
}
