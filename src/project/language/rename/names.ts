import { RenameRefusal } from './plan';

const longestName = 64;

/**
 * Refuses a name that cannot be a file's, as skills, servers and agents are also called in paths and URLs.
 * @param what as in "the skill"
 * @throws RenameRefusal
 */
export function checkName(what: string, name: string): void {
  if (name.trim() === '') throw new RenameRefusal(`Give ${what} a name.`);
  if (name.length > longestName) {
    throw new RenameRefusal(`The name of ${what} may have at most ${longestName} characters.`);
  }
  if (!/^[A-Za-z0-9_](?:[\w.-]*[\w-])?$/.test(name)) {
    const sentence = `"${name}" cannot be the name of ${what}: use letters, digits, hyphens, underscores and dots`;
    throw new RenameRefusal(`${sentence}, and begin with a letter or a digit.`);
  }
}

/** @throws RenameRefusal for a name that `\${NAME}` does not read. */
export function checkVariableName(name: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) return;
  throw new RenameRefusal(
    `"${name}" cannot be the name of a variable: use letters, digits and underscores, and begin with a letter.`,
  );
}

/** @throws RenameRefusal for a name that a file system or a path does not take. */
export function checkFileName(name: string): void {
  if (name.trim() === '') throw new RenameRefusal('Give the file a name.');
  if (/[/\\:*?"<>|]/.test(name) || /^\.+$/.test(name) || /[. ]$/.test(name) || hasControl(name)) {
    throw new RenameRefusal(`"${name}" cannot be the name of a file on every system.`);
  }
}

function hasControl(name: string): boolean {
  return [...name].some((character) => (character.codePointAt(0) ?? 0) < 32);
}
