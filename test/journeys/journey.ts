import type { EditorOptions } from '../../scripts/lib/editor-host.mjs';
import { Sample } from './sample';
import { Workbench } from './workbench';

/** What the tests of one journey share: a copy of the sample, and an editor that has it open. */
export interface Journey {
  readonly sample: Sample;
  readonly workbench: Workbench;
}

/**
 * Gives the suite that calls it an editor with a copy of a sample, from its first test to its last. What is on the
 * screen when a test fails goes to out/pictures.
 * @param options of the editor, or what prepares it and gives them
 * @param name of the sample
 */
export function journey(
  options: EditorOptions | (() => Promise<EditorOptions>) = {},
  name?: string,
): Journey {
  const sample = new Sample(name);
  let workbench: Workbench | undefined;
  before(async () => {
    workbench = await Workbench.open(
      sample.folder,
      typeof options === 'function' ? await options() : options,
    );
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench?.failed(this.currentTest.title);
    }
  });
  after(async () => {
    await workbench?.close();
    sample.remove();
  });
  return {
    sample,
    get workbench() {
      if (!workbench) {
        throw new Error('The editor is not open yet.');
      }
      return workbench;
    },
  };
}
