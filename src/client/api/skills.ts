import { Issue, type RunSkillRequest, Skill, type SkillRunInput, SkillValidation } from '../../protocol';
import { issuesOf } from '../answer-error';
import { listOf } from '../decode';
import { ApiError } from '../errors';
import type { Http } from '../http';
import type { CallOptions } from '../options';
import type { RunStream } from '../run-stream';
import { isUnserved } from '../unserved';

const SkillList = listOf('skills', Skill);

/** Skills on the server, its validator, and its guide to writing them (`/skills`). */
export class SkillsApi {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list(o?: CallOptions): Promise<Skill[]> {
    return this.#http.json(SkillList, { method: 'GET', path: '/skills' }, o);
  }

  get(id: string, o?: CallOptions): Promise<Skill> {
    return this.#http.json(Skill, { method: 'GET', path: `/skills/${encodeURIComponent(id)}` }, o);
  }

  /**
   * Asks the server what it thinks of a skill's source.
   * @returns its findings, or 'unsupported' when it has no such validator
   */
  async validate(
    skill: { name: string; type: string; code: string },
    o?: CallOptions,
  ): Promise<Issue[] | 'unsupported'> {
    // The body is not published; the source goes under both names that servers read.
    const call = {
      method: 'POST',
      path: '/skills/validate',
      body: { ...skill, prompt: skill.code },
    } as const;
    try {
      return findings(await this.#http.json(SkillValidation, call, o));
    } catch (error) {
      if (isUnserved(error)) return 'unsupported';
      if (error instanceof ApiError && [400, 422].includes(error.status) && error.issues.length > 0) {
        return error.issues;
      }
      throw error;
    }
  }

  /**
   * Runs one skill by itself from the source that is sent, with our runtime; another server answers 404 or 405.
   * The request is sent when the stream is iterated, and leaving the loop stops the skill.
   */
  run(body: RunSkillRequest, o?: CallOptions): RunStream {
    return this.#http.stream({ method: 'POST', path: '/skills/run', body }, o);
  }

  /** Answers an `input_request` of such a run. */
  answer(body: SkillRunInput, o?: CallOptions): Promise<void> {
    return this.#http.done({ method: 'POST', path: '/skills/run/input', body }, o);
  }

  /** How to write a skill, as Markdown. */
  guide(o?: CallOptions): Promise<string> {
    return this.#http.text({ method: 'GET', path: '/skills/authoring-guide' }, o);
  }
}

function findings(answer: SkillValidation): Issue[] {
  const issues = issuesOf(answer);
  const refused = answer.valid === false || answer.ok === false;
  if (!refused || issues.length > 0) return issues;
  return [Issue.parse({ message: 'The server says that this skill is not valid, but not why.' })];
}
