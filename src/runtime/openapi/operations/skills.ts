import {
  InputAccepted,
  RunEvent,
  RunSkillRequest,
  Skill,
  SkillList,
  SkillRunInput,
  SkillVerdict,
  ValidateSkillRequest,
} from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Skills';

export const skills: readonly Operation[] = [
  {
    method: 'get',
    path: '/skills',
    family,
    summary: 'List the skills of the drafts',
    response: SkillList,
    status: 200,
    errors: [],
  },
  {
    method: 'get',
    path: '/skills/authoring-guide',
    family,
    summary: 'How to write a skill',
    description: 'Made from what the sandbox registers.',
    responseTypes: ['text/markdown'],
    status: 200,
    errors: [],
  },
  {
    method: 'post',
    path: '/skills/validate',
    family,
    summary: 'Check a skill that is being written',
    description: 'Send its source as `code`, or as `prompt`. Nothing is kept.',
    body: ValidateSkillRequest,
    response: SkillVerdict,
    status: 200,
    errors: [],
  },
  {
    method: 'post',
    path: '/skills/run',
    family,
    summary: 'Run one skill by itself',
    description:
      'Runs a skill of an agent from the source that is sent, in a sandbox with everything that a run of the agent has. The stream holds its calls, the questions it asks, its result, and `done`. Nothing is kept. Closing the stream stops the skill.',
    body: RunSkillRequest,
    event: RunEvent,
    responseTypes: ['text/event-stream'],
    status: 200,
    errors: [422],
    audit: 'skill.run',
  },
  {
    method: 'post',
    path: '/skills/run/input',
    family,
    summary: 'Answer what a skill asks that runs by itself',
    body: SkillRunInput,
    response: InputAccepted,
    status: 200,
    errors: [404],
  },
  {
    method: 'get',
    path: '/skills/{id}',
    family,
    summary: 'Read a skill',
    response: Skill,
    status: 200,
    errors: [404],
  },
];
