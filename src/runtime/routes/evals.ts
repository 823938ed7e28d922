import { Hono } from 'hono';
import { CoverageQuery, EvalTargetQuery, PageQuery, ShortPageQuery, StartEvalRun } from '../../protocol';
import { readCoverage } from '../evals/coverage';
import { readOptionalBody } from '../http/body';
import { notFound } from '../http/problem';
import { readQuery } from '../http/query';
import type { Services } from '../services';
import { listEvalRuns, pinnedSuite } from '../source/configs';

/** Cases, suites and runs of evals, and how an agent's are started. */
export function evalRoutes(services: Services): Hono {
  const { store, projectId, evals } = services;
  const findSuite = async (id: string) => {
    const suite = await store.evalSuites.get(projectId, id);
    if (!suite) throw notFound(`The eval suite "${id}"`);
    return suite;
  };
  return new Hono()
    .get('/evals', async (c) =>
      c.json({ cases: await store.evalCases.list(projectId, readQuery(c, PageQuery)) }),
    )
    .get('/evals/:id', async (c) => {
      const id = c.req.param('id');
      const found = await store.evalCases.get(projectId, id);
      if (!found) throw notFound(`The eval case "${id}"`);
      return c.json(found);
    })
    .get('/eval-suites', async (c) => c.json(await store.evalSuites.list(projectId)))
    .get('/eval-suites/:id', async (c) => c.json(await findSuite(c.req.param('id'))))
    .get('/eval-suites/:id/versions', async (c) => {
      const { id } = await findSuite(c.req.param('id'));
      return c.json(await store.evalSuites.versions(id));
    })
    .get('/eval-runs', async (c) =>
      c.json({ runs: await store.evalRuns.list(projectId, readQuery(c, PageQuery)) }),
    )
    .get('/eval-runs/:id', async (c) => {
      const id = c.req.param('id');
      const run = await store.evalRuns.get(projectId, id);
      if (!run) throw notFound(`The eval run "${id}"`);
      return c.json({ run, ...(await store.evalRuns.results(id)) });
    })
    .get('/eval-runs/:id/coverage', async (c) => {
      const { case: asked } = readQuery(c, CoverageQuery);
      return c.json({ coverage: await readCoverage(store, projectId, c.req.param('id'), asked) });
    })
    .post('/eval-runs/:id/cancel', async (c) => c.json({ run: await evals.cancel(c.req.param('id')) }))
    .post('/agent-configs/:id/eval-runs', async (c) => {
      const { target } = readQuery(c, EvalTargetQuery);
      const request = await readOptionalBody(c, StartEvalRun);
      return c.json({ run: await evals.start(c.req.param('id'), target, request) }, 201);
    })
    .get('/agent-configs/:id/eval-runs', async (c) => {
      const { limit } = readQuery(c, ShortPageQuery);
      return c.json(await listEvalRuns(services, c.req.param('id'), limit));
    })
    .get('/agent-configs/:id/eval-suite', async (c) =>
      c.json(await pinnedSuite(services, c.req.param('id'))),
    );
}
