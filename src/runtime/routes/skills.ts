import { Hono } from 'hono';
import { authoringGuide, primitives, validateSkill } from '../../project';
import { RunSkillRequest, SkillRunInput, ValidateSkillRequest } from '../../protocol';
import { readBody } from '../http/body';
import { badRequest, notFound } from '../http/problem';
import { eventStream } from '../http/sse';
import type { Services } from '../services';
import { isFatal } from '../source/received';

/** `/skills`: the skills of the drafts, the check and the run of one that is being written, and the guide to writing them. */
export function skillRoutes({ store, projectId, skillRuns, audit }: Services): Hono {
  return new Hono()
    .get('/skills', async (c) => c.json({ skills: await store.skills.list(projectId) }))
    .get('/skills/authoring-guide', (c) =>
      c.body(authoringGuide(primitives), 200, { 'content-type': 'text/markdown; charset=utf-8' }),
    )
    .post('/skills/validate', async (c) => {
      const { name, type, code, prompt } = await readBody(c, ValidateSkillRequest);
      const source = code ?? prompt;
      if (source === undefined) throw badRequest('The field "code" is missing.', { field: 'code' });
      const issues = validateSkill({ name: name ?? '', type, source });
      return c.json({ valid: !issues.some(isFatal), issues });
    })
    .post('/skills/run', async (c) => {
      const request = await readBody(c, RunSkillRequest);
      const { events, cancel } = await skillRuns.start(request);
      await audit.record({
        action: 'skill.run',
        subjectType: 'skill',
        subjectId: request.skill,
        metadata: { agent: request.agent },
      });
      return eventStream(events, cancel);
    })
    .post('/skills/run/input', async (c) => {
      const answer = await readBody(c, SkillRunInput);
      await skillRuns.answer(answer);
      return c.json({ request_id: answer.request_id, accepted: true });
    })
    .get('/skills/:id', async (c) => {
      const id = c.req.param('id');
      const skill = await store.skills.get(projectId, id);
      if (!skill) throw notFound(`The skill "${id}"`);
      return c.json(skill);
    });
}
