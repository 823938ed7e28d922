import type { Prices, Trace } from '../../protocol';
import { cost, counted, duration, tokenCount } from '../ui/format';
import { Icon, IconButton } from '../ui/icon';
import { objectOf } from '../ui/record';
import { Banner } from './banner';
import type { StudioReplay } from './messages';
import type { StudioHost } from './model';
import { traceBill } from './spending';
import { divergence, isUnderWay, type StepRow } from './steps';

const phases = { starting: 'Starting…', running: 'Running…', ended: '' };

/** What stands over two sessions side by side: which they are, where they part, and what each has used. */
export function CompareHead({
  original,
  replay,
  rows,
  prices,
  host,
  onSelect,
}: {
  original: Trace;
  replay: StudioReplay;
  rows: readonly StepRow[];
  prices: Prices;
  host: StudioHost;
  onSelect: (place: number) => void;
}) {
  const { id, phase, problem, trace, isReplay, fromStep } = replay;
  const state = phases[phase] || (trace?.session.status ?? '');
  // One that is not followed any more may still go on at the server.
  const canStop = phase !== 'ended' || (trace !== undefined && isUnderWay(trace));
  return (
    <>
      <div class="compare-head">
        <h2>Original</h2>
        <div class="compare-replay">
          <h2>{isReplay ? `Replay from step ${fromStep}` : trace?.session.title || 'Other session'}</h2>
          <span class="compare-state" aria-live="polite">
            {phase !== 'ended' && <Icon name="loading" spin />}
            {state}
          </span>
          {canStop && (
            <IconButton
              name="debug-stop"
              label="Stop the replay"
              onClick={() => host.post({ type: 'stop-replay' })}
            />
          )}
          {id !== undefined && (
            <IconButton
              name="link-external"
              label={isReplay ? 'Open the replay on its own' : 'Open it on its own'}
              onClick={() => host.post({ type: 'open', sessionId: id })}
            />
          )}
          <IconButton
            name="close"
            label="Close the comparison"
            onClick={() => host.post({ type: 'close-replay' })}
          />
        </div>
      </div>
      {problem && <Banner text={problem} {...(id === undefined ? {} : { host })} />}
      {trace && (
        <Differences
          rows={rows}
          totals={[totals(rows, 'left', original, prices), totals(rows, 'right', trace, prices)]}
          done={phase === 'ended'}
          onSelect={onSelect}
        />
      )}
    </>
  );
}

/** Where the two part for the first time, and their totals beside each other. */
function Differences({
  rows,
  totals,
  done,
  onSelect,
}: {
  rows: readonly StepRow[];
  /** What each side has used. */
  totals: readonly string[];
  done: boolean;
  onSelect: (place: number) => void;
}) {
  const first = divergence(rows);
  const kind = first?.right?.label ?? first?.left?.label ?? '';
  const recorded = rows.filter(({ right }) => objectOf(right?.step.tool_args).recorded_from !== undefined);
  return (
    <div class="compare-facts">
      {first ? (
        <button type="button" class="link" onClick={() => onSelect(first.place)}>
          {`First different at step ${first.right?.step.step_index ?? first.left?.step.step_index}: ${kind}`}
        </button>
      ) : (
        done && <span>No step came out differently.</span>
      )}
      {recorded.length > 0 && <span>{counted(recorded.length, 'answer')} from the record</span>}
      <span>{totals.join(' → ')}</span>
    </div>
  );
}

function totals(rows: readonly StepRow[], side: 'left' | 'right', trace: Trace, prices: Prices): string {
  let [steps, tokens, time] = [0, 0, 0];
  for (const row of rows) {
    const record = row[side]?.record;
    if (record) {
      steps += 1;
      tokens += record.tokens.prompt + record.tokens.completion;
      time += record.durationMs ?? 0;
    }
  }
  const parts = [counted(steps, 'step'), tokenCount(tokens)];
  const dollars = tokens > 0 ? cost(traceBill(trace, prices)) : '';
  return [...parts, ...(dollars ? [dollars] : []), ...(time > 0 ? [duration(time)] : [])].join(', ');
}
