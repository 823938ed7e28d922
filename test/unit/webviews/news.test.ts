import assert from 'node:assert/strict';
import type { AgentStep, Trace } from '../../../src/protocol';
import { heard, type KnownTrace } from '../../../src/webviews/studio/news';
import { withKnownSteps } from '../../../src/workbench/studio/known-steps';
import { TraceTeller } from '../../../src/workbench/studio/trace-teller';
import { step, trace } from '../../pages/studio-scenes';

/** A trace as another reading gives it: nothing in it is an object of the reading before. */
const read = (all: Trace): Trace => structuredClone(all);
const steps = (...contents: string[]): AgentStep[] =>
  contents.map((content, index) => step(index, 'sandbox_event', content, { tool_args: { of: content } }));

describe('what a page is told of a trace', () => {
  let teller: TraceTeller;
  let goOn: () => void;
  let page: KnownTrace | undefined;
  let host: Trace | undefined;

  beforeEach(() => {
    goOn = () => undefined;
    teller = new TraceTeller(() => goOn());
    page = undefined;
    host = undefined;
  });

  /** Reads a trace anew, and tells the page. @returns the places of the steps that passed; undefined when it is missed */
  const tell = async (all: Trace): Promise<number[] | undefined> => {
    host = await withKnownSteps(host, read(all));
    const news = teller.news(host);
    assert.ok(news);
    // What passes between them is a copy.
    const now = heard(page, structuredClone(news));
    page = now ?? page;
    return now && news.steps.map(({ place }) => place);
  };

  it('is every step at first, and then only those that are new', async () => {
    assert.deepEqual(await tell(trace({}, steps('a', 'b'))), [0, 1]);
    const [first] = page?.trace.steps ?? [];
    assert.deepEqual(await tell(trace({}, steps('a', 'b', 'c'))), [2]);
    assert.deepEqual(page?.trace, trace({}, steps('a', 'b', 'c')));
    assert.equal(page?.trace.steps[0], first);
  });

  it('is nothing but the session when no step is new', async () => {
    await tell(trace({ status: 'running' }, steps('a')));
    assert.deepEqual(await tell(trace({ status: 'completed' }, steps('a'))), []);
    assert.equal(page?.trace.session.status, 'completed');
    assert.equal(page?.trace.steps.length, 1);
  });

  it('is a step that has changed, in its content or deep in what it holds', async () => {
    await tell(trace({}, steps('a', 'b', 'c')));
    const [one, two, three] = steps('a', 'B', 'c');
    assert.ok(one && two && three);
    const all = trace({}, [one, two, { ...three, tool_args: { of: 'd' } }]);
    assert.deepEqual(await tell(all), [1, 2]);
    assert.deepEqual(page?.trace, all);
  });

  it('is less when steps are gone', async () => {
    await tell(trace({}, steps('a', 'b', 'c')));
    assert.deepEqual(await tell(trace({}, steps('a'))), []);
    assert.deepEqual(page?.trace, trace({}, steps('a')));
  });

  it('is everything again for a page that begins anew', async () => {
    await tell(trace({}, steps('a', 'b')));
    page = undefined;
    teller.forget();
    assert.deepEqual(await tell(trace({}, steps('a', 'b'))), [0, 1]);
  });

  it('is not taken by a page that missed what came before', async () => {
    await tell(trace({}, steps('a')));
    const before = page;
    await tell(trace({}, steps('a', 'b')));
    page = before;
    assert.equal(await tell(trace({}, steps('a', 'b', 'c'))), undefined);
    page = undefined;
    assert.equal(await tell(trace({}, steps('a', 'b', 'c', 'd'))), undefined);
    teller.forget();
    assert.deepEqual(await tell(trace({}, steps('a', 'b', 'c'))), [0, 1, 2]);
  });

  it('is not taken when a step is missing in it', () => {
    const rest = trace({}, []);
    const [, second] = steps('a', 'b');
    assert.ok(second);
    const told = { version: 1, since: undefined, rest, count: 2, steps: [{ place: 1, step: second }] };
    assert.equal(heard(undefined, told), undefined);
  });

  describe('when much has come', () => {
    const many = (count: number, mark = '') =>
      trace(
        {},
        Array.from({ length: count }, (_, index) => step(index, 'sandbox_event', `${mark}${index}`)),
      );
    /** Takes what is told after it was told something, until that is all. @returns how many steps each telling has had */
    const rest = async (): Promise<number[]> => {
      const told: number[] = [];
      while (teller.isBehind) {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        const news = teller.news(host);
        assert.ok(news);
        page = heard(page, structuredClone(news));
        told.push(news.steps.length);
      }
      return told;
    };

    it('is told in parts, in the end all of it and each step once', async () => {
      await tell(many(10));
      const first = (await tell(many(1_000)))?.length ?? 0;
      assert.ok(first > 0 && first < 500, String(first));
      const others = await rest();
      assert.equal(
        others.reduce((sum, one) => sum + one, first),
        990,
      );
      assert.deepEqual(page?.trace, many(1_000));
    });

    it('is of a session that runs until all is told, so that no question before the last is open again', async () => {
      await tell(many(10));
      const waiting = { ...many(1_000), session: { ...many(0).session, status: 'waiting' as const } };
      await tell(waiting);
      assert.equal(page?.trace.session.status, 'running');
      await rest();
      assert.deepEqual(page?.trace, waiting);
    });

    it('is told no further once nobody looks, also what is read after that', async () => {
      await tell(many(10));
      teller.dispose();
      await tell(many(1_000));
      assert.equal(teller.isBehind, false);
    });

    it('goes on with what is read meanwhile', async () => {
      await tell(many(10));
      await tell(many(1_000));
      await tell(many(1_200, 'changed '));
      await rest();
      assert.deepEqual(page?.trace, many(1_200, 'changed '));
      await tell(many(2_000));
      await tell(many(3));
      await rest();
      assert.deepEqual(page?.trace, many(3));
    });

    it('is told whole to a page that begins anew', async () => {
      await tell(many(10));
      await tell(many(1_000));
      page = undefined;
      teller.forget();
      assert.equal((await tell(many(1_000)))?.length, 1_000);
      assert.equal(teller.isBehind, false);
    });
  });

  it('is nothing before there is a trace', () => {
    assert.equal(teller.news(undefined), undefined);
  });
});
