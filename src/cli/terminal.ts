/** Colour is for people: on a terminal, unless they say otherwise. */
export function wantsColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

export type Paint = (colour: keyof typeof colours, words: string) => string;

const colours = { red: 31, green: 32, yellow: 33, dim: 2 };

/** @returns what colours words, or leaves them as they are. */
export function painter(colour: boolean): Paint {
  return (name, words) => (colour ? `\u001b[${colours[name]}m${words}\u001b[0m` : words);
}

/** A name or a text of others may not move a terminal's cursor, nor begin a new line. */
export function plain(words: string): string {
  return words.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/** A reader that has seen enough, such as head, is no failure. */
export function forgiveClosedOutput(): void {
  process.stdout.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
  });
}
