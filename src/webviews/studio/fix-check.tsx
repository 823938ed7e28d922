import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../ui/icon';
import type { CaseScore, CheckedCase, StudioCheck } from './messages';
import type { StudioHost } from './model';

const verdictIcons = { better: 'pass', same: 'dash', worse: 'error', unknown: 'question' };

/** What a suggestion does: the failing message and each eval, without and with it. */
export function FixCheck({
  check,
  isOfThis,
  host,
}: {
  check: StudioCheck;
  /** The parts that were checked are those that are chosen now. */
  isOfThis: boolean;
  host: StudioHost;
}) {
  const { phase, problems, was, now, cases, verdict } = check;
  const top = useRef<HTMLElement>(null);
  useEffect(() => top.current?.scrollIntoView({ block: 'start' }), []);
  const judged = cases.filter(({ before, after }) => before && after).length;
  return (
    <section class="part fix-check" ref={top} aria-label="Check of the suggestion">
      <h3>With the suggestion</h3>
      <p class={`fix-verdict fix-${verdict?.kind ?? phase}`} role="status">
        {verdict && <Icon name={verdictIcons[verdict.kind]} />}
        {verdict?.text ??
          (phase === 'stopped'
            ? 'Stopped before its end.'
            : `Running the failing message, and the evals without and with the suggestion: ${judged} of ${cases.length} compared.`)}
      </p>
      {!isOfThis && (
        <p class="hint">This is of other parts of the suggestion than those that are chosen now.</p>
      )}
      {problems.map((problem) => (
        <p class="inline-error" key={problem}>
          {problem}
        </p>
      ))}
      <table class="fix-table">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Before</th>
            <th scope="col">With it</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">The failing message</th>
            <td>{turnText(was)}</td>
            <td>{now ? turnText(now) : phase === 'running' ? 'running…' : 'no result'}</td>
          </tr>
          {cases.map((one) => (
            <CaseRow key={one.name} one={one} running={phase === 'running'} host={host} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function turnText({ answer, failed }: StudioCheck['was']) {
  return (
    <>
      {failed > 0 && (
        <p class="fix-score fix-failed">
          <Icon name="error" />
          {failed === 1 ? '1 failed step' : `${failed} failed steps`}
        </p>
      )}
      <p class="fix-answer">{answer || 'No answer.'}</p>
    </>
  );
}

function CaseRow({ one, running, host }: { one: CheckedCase; running: boolean; host: StudioHost }) {
  const cell = (score: CaseScore | undefined, which: string) =>
    score ? (
      <Score score={score} title={`${one.name}, ${which}`} host={host} />
    ) : running ? (
      'running…'
    ) : (
      'no result'
    );
  return (
    <tr>
      <th scope="row">
        {one.name}
        <span class="fix-about">
          {[one.isNew ? 'new' : '', one.threshold === undefined ? '' : `from ${one.threshold} on`]
            .filter((part) => part !== '')
            .join(', ')}
        </span>
      </th>
      <td>{cell(one.before, 'before')}</td>
      <td>{cell(one.after, 'with the suggestion')}</td>
    </tr>
  );
}

function Score({ score, title, host }: { score: CaseScore; title: string; host: StudioHost }) {
  const { score: value, pass, note, sessionId } = score;
  return (
    <span class={pass ? 'fix-score fix-passed' : 'fix-score fix-failed'} title={note}>
      <Icon name={pass ? 'pass' : 'error'} />
      {value === undefined ? 'not judged' : `${value.toFixed(1)} ${pass ? 'passed' : 'failed'}`}
      {sessionId && (
        <button
          type="button"
          class="link"
          aria-label={`Trace of ${title}`}
          onClick={() => host.post({ type: 'open', sessionId })}
        >
          Trace
        </button>
      )}
    </span>
  );
}
