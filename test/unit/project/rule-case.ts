import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProjectFiles, RuleView } from '../../../src/project';

/** Good and bad projects, a folder a rule. */
export const folder = path.join(process.cwd(), 'test/fixtures/rules');

/** What a case cannot say by its files alone; `case.json` beside them. */
export interface Options {
  /** The text that the problem underlines. */
  at?: string;
  /** Codes that the same mistake may bring too. */
  also?: string[];
  server?: RuleView['server'];
  /** Files of the common project that this one does not have. */
  without?: string[];
  unreadable?: string[];
  large?: string[];
}

function filesBelow(root: string): Map<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      return [path.relative(root, full).split(path.sep).join('/'), readFileSync(full)];
    }),
  );
}

const common = filesBelow(path.join(folder, '_base'));

/** The common project with the files of a case laid over it. */
export function caseOf(code: string, name: string): { files: ProjectFiles; options: Options } {
  const own = filesBelow(path.join(folder, code, name));
  const written = own.get('case.json');
  const options = written ? (JSON.parse(String(written)) as Options) : {};
  own.delete('case.json');
  const files = new Map([...common, ...own]);
  for (const gone of options.without ?? []) files.delete(gone);
  for (const large of options.large ?? []) {
    files.set(large, Buffer.concat([files.get(large) ?? Buffer.of(), Buffer.alloc(1024 * 1024, '\n')]));
  }
  return {
    options,
    files: {
      list: async () => [...files.keys()],
      read: async (file) => {
        if (options.unreadable?.includes(file)) throw new Error('permission denied');
        return files.get(file);
      },
    },
  };
}
