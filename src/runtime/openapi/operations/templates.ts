import {
  CreatePromptTemplate,
  PromptTemplate,
  PromptTemplateList,
  UpdatePromptTemplate,
} from '../../../protocol';
import type { Operation } from '../operation';

const family = 'Prompt templates';

export const templates: readonly Operation[] = [
  {
    method: 'get',
    path: '/prompt-templates',
    family,
    summary: 'List the prompt templates, by name',
    response: PromptTemplateList,
    status: 200,
    errors: [],
  },
  {
    method: 'post',
    path: '/prompt-templates',
    family,
    summary: 'Create a prompt template',
    description: 'Variables that are left out are read from the content: `{{name}}`.',
    body: CreatePromptTemplate,
    response: PromptTemplate,
    status: 201,
    errors: [409],
    audit: 'prompt_template.create',
  },
  {
    method: 'get',
    path: '/prompt-templates/{id}',
    family,
    summary: 'Read a prompt template',
    response: PromptTemplate,
    status: 200,
    errors: [404],
  },
  {
    method: 'patch',
    path: '/prompt-templates/{id}',
    family,
    summary: 'Change a prompt template',
    description: 'What is left out is kept. Variables that were read from the content follow it.',
    body: UpdatePromptTemplate,
    response: PromptTemplate,
    status: 200,
    errors: [404, 409],
    audit: 'prompt_template.update',
  },
  {
    method: 'delete',
    path: '/prompt-templates/{id}',
    family,
    summary: 'Delete a prompt template',
    status: 204,
    errors: [404],
    audit: 'prompt_template.delete',
  },
];
