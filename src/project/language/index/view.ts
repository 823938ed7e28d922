import type { Listing } from '../../listing';
import type { SkillFile } from '../../types';
import type { Uses } from './agents';

/** What is known of the project around a file: enough to say what a name means. */
export interface ProjectView {
  /** Path of the project's own config. */
  readonly configPath: string;
  readonly listing: Listing;
  readonly uses: Uses;
  /** @returns a skill as its files stand in the editor. */
  skill(skill: SkillFile): SkillFile;
}
