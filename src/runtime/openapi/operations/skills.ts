import { Skill, SkillList, SkillValidation, ValidateSkillRequest } from '../../../protocol';
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
    response: SkillValidation,
    status: 200,
    errors: [],
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
