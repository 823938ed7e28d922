import type { TestApi } from '../../../src/extension';
import { activated, closeEditors } from './api';
import { type Messages, type Press, presses } from './messages';
import { Person } from './person';
import { TestProject } from './project';

/** What the tests of a suite share: the extension, a project of their own, and a person. */
export interface Desk {
  readonly api: TestApi;
  readonly made: TestProject;
  /** Name of the project, and of the folder that it lies in. */
  readonly name: string;
  /** What the extension has shown to the person of now. */
  readonly messages: Messages;
  /** Seats another person, until the end of the test. */
  person(press: Press, answers?: readonly (string | undefined)[]): Person;
}

/**
 * Gives the suite that calls it a project on the embedded runtime with one agent, "greeter", from its first test to its
 * last, and a person for each test. After each test no editor is open.
 * @param name of the project
 * @param options each: a project for each test, so that what one leaves on the server is no other's. press: what the
 * person presses who sits there at first; nothing when left out
 */
export function desk(name: string, options: { each?: boolean; press?: Press } = {}): Desk {
  const { each = false, press = presses() } = options;
  let api: TestApi | undefined;
  let made: TestProject | undefined;
  let person: Person | undefined;
  let count = 0;
  const there = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('The test has not begun yet.');
    return one;
  };
  const here = {
    get api() {
      return there(api);
    },
    get made() {
      return there(made);
    },
    get name() {
      return each ? `${name}-${count}` : name;
    },
    get messages() {
      return there(person).messages;
    },
    person(next: Press, answers?: readonly (string | undefined)[]) {
      person?.leave();
      person = new Person(next, answers);
      return person;
    },
  };
  const begin = async () => {
    count += 1;
    await here.api.connection.choose('embedded');
    made = await TestProject.make(here.api, here.name);
  };
  const end = async () => {
    await here.api.connection.choose('embedded');
    await made?.remove();
    made = undefined;
  };

  before(async () => {
    api = await activated();
    if (!each) await begin();
  });
  beforeEach(async () => {
    if (each) await begin();
    here.person(press);
  });
  afterEach(async () => {
    person?.leave();
    person = undefined;
    await closeEditors();
    if (each) await end();
  });
  after(async () => {
    if (!each) await end();
  });
  return here;
}
