import * as vscode from 'vscode';
import type { IndexedFile } from './indexes';

/**
 * True for a module skill whose code the editor's JavaScript service types with our declarations: it follows names,
 * and shows and completes what has a type, so that we say only what it cannot know.
 */
export function isTyped({ project, path }: IndexedFile, { languageId, uri }: vscode.TextDocument): boolean {
  if (languageId !== 'javascript' || uri.scheme !== 'file') return false;
  if (!vscode.extensions.getExtension('vscode.typescript-language-features')?.isActive) return false;
  return project.project.agents.some((agent) =>
    agent.skills.some((skill) => skill.kind === 'module' && skill.path === path),
  );
}
