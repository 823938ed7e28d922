/** Why nothing could be checked; the message is a sentence for people. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}
