/** Why nothing could be checked or run; the message is a sentence for people. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
