import { useState } from 'preact/hooks';
import type { SkillChange } from '../../protocol';
import { Markdown } from '../ui/rich-text';
import { TextDiff } from '../ui/text-diff';
import { FixButtons } from './fix-buttons';
import { FixCheck } from './fix-check';
import type { CheckedParts, StudioAnalysis, StudioCheck, Suggested } from './messages';
import type { StudioHost } from './model';
import { TextButtons } from './text-buttons';

type Done = Extract<StudioAnalysis, { phase: 'done' }>;

/** What an analysis says, and what it suggests: each part as it changes a file, and what all of them do. */
export function Answer({
  analysis,
  check,
  host,
}: {
  analysis: Done;
  check: StudioCheck | undefined;
  host: StudioHost;
}) {
  const { result, step, persona } = analysis;
  const { reasoning } = result;
  const all = suggestedBy(analysis);
  const [parts, setParts] = useState(check?.of ?? partsOf(all));
  const chosen = choose(all, parts);
  const isChecked = check !== undefined && isSame(check.of, partsOf(chosen));
  const { changes, skills, evalCase } = all;
  const evalText = evalCase
    ? `${JSON.stringify({ name: evalCase.name, input: evalCase.prompt, criteria: evalCase.criteria }, undefined, 2)}\n`
    : '';
  return (
    <div class="analysis">
      {reasoning && (
        <section class="part">
          <h3>Why</h3>
          <Markdown text={reasoning} />
        </section>
      )}
      {changes && (
        <section class="part">
          <PartHead
            title="What to change"
            about={persona?.path}
            name="Use the text for the persona"
            used={parts.persona}
            onUse={(used) => setParts({ ...parts, persona: used })}
            text={changes}
            language="markdown"
            host={host}
          />
          {persona ? (
            <TextDiff before={persona.before} after={persona.after} label={`Change of ${persona.path}`} />
          ) : (
            <Markdown text={changes} />
          )}
        </section>
      )}
      {skills.map((change) => {
        const { skill, path, before, after } = change;
        const file = fileOf(change);
        return (
          <section class="part" key={file}>
            <PartHead
              title={`Skill: ${skill}`}
              about={path}
              name={`Use the change of ${file}`}
              used={parts.skills.includes(file)}
              onUse={(used) => setParts({ ...parts, skills: withName(parts.skills, file, used) })}
              text={after}
              language={file.endsWith('.md') ? 'markdown' : 'javascript'}
              host={host}
            />
            <TextDiff before={before} after={after} label={`Change of ${file}`} />
          </section>
        );
      })}
      {evalCase && (
        <section class="part">
          <PartHead
            title={`Eval case: ${evalCase.name}`}
            name="Use the eval case"
            used={parts.evalCase}
            onUse={(used) => setParts({ ...parts, evalCase: used })}
            text={evalText}
            language="json"
            host={host}
          />
          <dl class="eval-case">
            <dt>Message</dt>
            <dd>{evalCase.prompt}</dd>
            <dt>Criteria</dt>
            <dd>{evalCase.criteria || 'none'}</dd>
          </dl>
        </section>
      )}
      {check && <FixCheck check={check} isOfThis={isChecked} host={host} />}
      <FixButtons suggested={chosen} step={step} check={check} isChecked={isChecked} host={host} />
    </div>
  );
}

/** The title of a part, whether it is used, and ways to take its text away. */
function PartHead({
  title,
  about,
  name,
  used,
  onUse,
  text,
  language,
  host,
}: {
  title: string;
  /** The file that it changes. */
  about?: string | undefined;
  name: string;
  used: boolean;
  onUse: (used: boolean) => void;
  text: string;
  language: string;
  host: StudioHost;
}) {
  return (
    <div class="text-head">
      <input
        type="checkbox"
        class="part-use"
        checked={used}
        aria-label={name}
        title={name}
        onChange={(event) => onUse(event.currentTarget.checked)}
      />
      <h3>
        {title}
        {about && <span class="part-about">{about}</span>}
      </h3>
      <TextButtons text={text} language={language} host={host} />
    </div>
  );
}

function suggestedBy({ result }: Done): Suggested {
  const { prompt_changes: changes, skill_changes: skills = [], eval_case: suggested } = result;
  return {
    changes,
    skills,
    evalCase: suggested
      ? { name: suggested.name, prompt: suggested.prompt, criteria: suggested.criteria ?? '' }
      : undefined,
  };
}

function partsOf({ changes, skills, evalCase }: Suggested): CheckedParts {
  return {
    persona: changes !== '',
    skills: skills.map(fileOf),
    evalCase: evalCase !== undefined,
  };
}

function choose({ changes, skills, evalCase }: Suggested, parts: CheckedParts): Suggested {
  return {
    changes: parts.persona ? changes : '',
    skills: skills.filter((change) => parts.skills.includes(fileOf(change))),
    evalCase: parts.evalCase ? evalCase : undefined,
  };
}

function isSame(one: CheckedParts, other: CheckedParts): boolean {
  return (
    one.persona === other.persona &&
    one.evalCase === other.evalCase &&
    [...one.skills].sort().join('\n') === [...other.skills].sort().join('\n')
  );
}

function withName(names: readonly string[], name: string, there: boolean): string[] {
  const others = names.filter((one) => one !== name);
  return there ? [...others, name] : others;
}

function fileOf({ skill, path }: SkillChange): string {
  return path ?? skill;
}
