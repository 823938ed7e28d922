import { Answers } from './answers';
import { Messages, type Press } from './messages';

/** Who sits at the editor in a test: presses buttons of messages, and answers what is asked. */
export class Person {
  readonly messages: Messages;
  readonly questions: Answers;

  /**
   * @param press picks a button's label for a message; undefined closes it
   * @param answers a part of a label to pick, or the text to type, in order; undefined leaves with Escape
   */
  constructor(press: Press, answers: readonly (string | undefined)[] = []) {
    this.messages = new Messages(press);
    this.questions = new Answers([...answers]);
  }

  /** Gives the editor its own messages and questions back. */
  leave(): void {
    this.questions.restore();
    this.messages.restore();
  }
}
