import type { Place, TextChange } from '../types';

/** A file or folder that gets another path. */
export interface Move {
  from: string;
  to: string;
}

/** What a rename changes. The text changes stand at the old paths and are made first. */
export interface RenamePlan {
  changes: TextChange[];
  moves: Move[];
}

/** What a rename would change the name of. */
export interface Renamable {
  place: Place;
  /** The present name, without the path or the quotes around it. */
  name: string;
  kind: 'skill' | 'file' | 'server' | 'variable' | 'agent';
}

/** Why something cannot be renamed, as a sentence for people. */
export class RenameRefusal extends Error {
  override readonly name = 'RenameRefusal';
}
