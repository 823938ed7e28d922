import { useId, useState } from 'preact/hooks';
import type { Analysis } from '../../protocol';
import { counted } from '../ui/format';
import { IconButton } from '../ui/icon';
import { Markdown } from '../ui/rich-text';
import { FixCheck } from './fix-check';
import type { StudioAnalysis, StudioCheck, SuggestedCase } from './messages';
import type { StudioHost } from './model';

/** Asks what to change so that the marked steps come out as expected, and shows the answer. */
export function Analyze({
  marked,
  analysis,
  check,
  host,
  onClear,
}: {
  marked: readonly number[];
  analysis: StudioAnalysis | undefined;
  check: StudioCheck | undefined;
  host: StudioHost;
  onClear: () => void;
}) {
  const [expected, setExpected] = useState(host.kept.expected ?? '');
  const id = useId();
  const canAsk = marked.length > 0 && expected.trim() !== '' && analysis?.phase !== 'working';
  return (
    <section class="analyze" aria-label="Analysis">
      <form
        class="analyze-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (canAsk) {
            host.post({ type: 'analyze', steps: [...marked], expected });
          }
        }}
      >
        <label for={id}>
          {marked.length > 0
            ? `${counted(marked.length, 'step')} marked: ${marked.join(', ')}. What did you expect instead?`
            : 'Mark steps to ask again.'}
        </label>
        <div class="analyze-line">
          <input
            id={id}
            class="text-input"
            value={expected}
            placeholder="For example: the refund is offered, not refused"
            onInput={(event) => {
              setExpected(event.currentTarget.value);
              host.keep({ expected: event.currentTarget.value });
            }}
          />
          <button type="submit" class="button" disabled={!canAsk}>
            {analysis?.phase === 'working' ? 'Analysing…' : 'Analyse'}
          </button>
          <IconButton name="close" label="Clear the marks" disabled={marked.length === 0} onClick={onClear} />
        </div>
      </form>
      <div aria-live="polite">
        {analysis?.phase === 'failed' && <p class="inline-error">{analysis.message}</p>}
        {analysis?.phase === 'done' && (
          <Answer result={analysis.result} step={analysis.step} check={check} host={host} />
        )}
      </div>
    </section>
  );
}

function Answer({
  result,
  step,
  check,
  host,
}: {
  result: Analysis;
  step: number;
  check: StudioCheck | undefined;
  host: StudioHost;
}) {
  const { reasoning, prompt_changes: changes, eval_case: suggested } = result;
  const evalCase = suggested
    ? { name: suggested.name, prompt: suggested.prompt, criteria: suggested.criteria ?? '' }
    : undefined;
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
          <TextHead title="What to change" text={changes} language="markdown" host={host} />
          <Markdown text={changes} />
        </section>
      )}
      {evalCase && (
        <section class="part">
          <TextHead title={`Eval case: ${evalCase.name}`} text={evalText} language="json" host={host} />
          <dl class="eval-case">
            <dt>Message</dt>
            <dd>{evalCase.prompt}</dd>
            <dt>Criteria</dt>
            <dd>{evalCase.criteria || 'none'}</dd>
          </dl>
        </section>
      )}
      {check && <FixCheck check={check} host={host} />}
      {(changes || evalCase) && (
        <FixButtons changes={changes} evalCase={evalCase} step={step} check={check} host={host} />
      )}
    </div>
  );
}

/** A suggestion is offered as a fix when it has been checked; without a text for the prompt there is nothing to check. */
function FixButtons({
  changes,
  evalCase,
  step,
  check,
  host,
}: {
  changes: string;
  evalCase: SuggestedCase | undefined;
  step: number;
  check: StudioCheck | undefined;
  host: StudioHost;
}) {
  if (check?.phase === 'running') {
    return (
      <div class="buttons">
        <button type="button" class="button secondary" onClick={() => host.post({ type: 'stop-check' })}>
          Stop the Check
        </button>
      </div>
    );
  }
  const holds = changes === '' || check?.verdict?.kind === 'better' || check?.verdict?.kind === 'same';
  return (
    <div class="buttons">
      {changes && (
        <>
          <button
            type="button"
            class={holds ? 'button secondary' : 'button'}
            title="Runs the failing message with this change, and the agent's evals without and with it. Neither the files nor the draft change."
            onClick={() => host.post({ type: 'check-fix', changes, evalCase })}
          >
            {check ? 'Check Again' : 'Check It'}
          </button>
          <button
            type="button"
            class="button secondary"
            title="Only runs the failing message anew with this change, beside the original. Nothing is written."
            onClick={() => host.post({ type: 'try-fix', changes, step })}
          >
            Try It
          </button>
        </>
      )}
      {(check || !changes) && (
        <button
          type="button"
          class={holds ? 'button' : 'button secondary'}
          title="Shows what would be written into the project, for you to confirm."
          onClick={() => host.post({ type: 'apply-fix', changes, evalCase })}
        >
          {holds ? 'Apply to the Project…' : 'Apply Anyway…'}
        </button>
      )}
    </div>
  );
}

function TextHead({
  title,
  text,
  language,
  host,
}: {
  title: string;
  text: string;
  language: string;
  host: StudioHost;
}) {
  return (
    <div class="text-head">
      <h3>{title}</h3>
      <button type="button" class="link" onClick={() => host.post({ type: 'show', text, language })}>
        Open in Editor
      </button>
      <button type="button" class="link" onClick={() => host.post({ type: 'copy', text })}>
        Copy
      </button>
    </div>
  );
}
