import type { StudioCheck, Suggested } from './messages';
import type { StudioHost } from './model';

/** A suggestion is offered as a fix when it has been checked; an eval case alone needs no check. */
export function FixButtons({
  suggested,
  step,
  check,
  isChecked,
  host,
}: {
  /** The parts that are chosen. */
  suggested: Suggested;
  step: number;
  check: StudioCheck | undefined;
  /** The check is of these parts. */
  isChecked: boolean;
  host: StudioHost;
}) {
  const changesAgent = suggested.changes !== '' || suggested.skills.length > 0;
  if (check?.phase === 'running') {
    return (
      <div class="buttons">
        <button type="button" class="button secondary" onClick={() => host.post({ type: 'stop-check' })}>
          Stop the Check
        </button>
      </div>
    );
  }
  if (!changesAgent && !suggested.evalCase) {
    return null;
  }
  const verdict = isChecked ? check?.verdict?.kind : undefined;
  const holds = !changesAgent || verdict === 'better' || verdict === 'same';
  return (
    <div class="buttons">
      {changesAgent && (
        <>
          <button
            type="button"
            class={holds ? 'button secondary' : 'button'}
            title="Runs the failing message with this change, and the agent's evals without and with it. Neither the files nor the draft change."
            onClick={() => host.post({ type: 'check-fix', ...suggested })}
          >
            {check ? 'Check Again' : 'Check It'}
          </button>
          <button
            type="button"
            class="button secondary"
            title="Only runs the failing message anew with this change, beside the original. Nothing is written."
            onClick={() => host.post({ type: 'try-fix', step, ...suggested })}
          >
            Try It
          </button>
        </>
      )}
      <button
        type="button"
        class="button secondary"
        title="Shows in the editor what would become of the project's files. Nothing is written."
        onClick={() => host.post({ type: 'show-fix', ...suggested })}
      >
        Open Diff
      </button>
      {(check || !changesAgent) && (
        <button
          type="button"
          class={holds ? 'button' : 'button secondary'}
          title="Shows what would be written into the project, for you to confirm."
          onClick={() => host.post({ type: 'apply-fix', ...suggested })}
        >
          {holds ? 'Apply to the Project…' : 'Apply Anyway…'}
        </button>
      )}
    </div>
  );
}
