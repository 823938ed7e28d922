import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { counted } from '../ui/format';
import { IconButton } from '../ui/icon';
import { Answer } from './answer';
import type { StudioAnalysis, StudioCheck } from './messages';
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
  const top = useRef<HTMLElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    // The answer to a question of now: where the panel scrolls, it lies below what is in sight.
    if (asked.current && analysis?.phase !== 'working') {
      top.current?.scrollIntoView({ block: 'start' });
    }
    asked.current = analysis?.phase === 'working';
  }, [analysis?.phase]);
  const canAsk = marked.length > 0 && expected.trim() !== '' && analysis?.phase !== 'working';
  return (
    <section class="analyze" aria-label="Analysis" ref={top}>
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
        {analysis?.phase === 'done' && <Answer analysis={analysis} check={check} host={host} />}
      </div>
    </section>
  );
}
