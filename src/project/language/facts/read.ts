import { LineIndex } from '../../lines';
import type { SourceFile } from '../../source-file';
import { addSkillFacts } from './code-facts';
import { FactList, type FileFacts } from './fact';
import { addAgentFacts, addEvalFacts, addProjectFacts } from './json-facts';
import { addProseFacts } from './prose-facts';

/** What a file is to its project. */
export type FileRole = 'project' | 'agent' | 'eval' | 'code' | 'prose';

const readers: Record<FileRole, (list: FactList, text: string, file: SourceFile) => void> = {
  project: addProjectFacts,
  agent: addAgentFacts,
  eval: addEvalFacts,
  code: addSkillFacts,
  prose: (list, text) => addProseFacts(list, text),
};

/** Reads the facts of one file. Of a file that is not text or too large to be checked it says nothing. */
export function readFacts(file: SourceFile, role: FileRole): FileFacts {
  const list = new FactList();
  const text = file.text ?? '';
  if (!file.tooLarge) readers[role](list, text, file);
  return { path: file.path, text, lines: new LineIndex(text), facts: list.sorted() };
}
