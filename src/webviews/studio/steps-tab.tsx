import { useMemo, useState } from 'preact/hooks';
import type { Trace } from '../../protocol';
import { Icon, IconButton } from '../ui/icon';
import { Detail } from './detail';
import type { StudioReplay } from './messages';
import type { StudioHost } from './model';
import { ReplayForm } from './replay-form';
import { StepGrid } from './step-grid';
import { comparedRows, singleRows } from './steps';

/** The list of steps with the chosen one's detail; with a replay, two columns of each. */
export function Steps({
  trace,
  replay,
  host,
  marked,
  onMark,
}: {
  trace: Trace;
  replay: StudioReplay | undefined;
  host: StudioHost;
  marked: readonly number[];
  onMark: (steps: readonly number[]) => void;
}) {
  const [selected, setSelected] = useState(host.kept.selected ?? 0);
  const [replayFrom, setReplayFrom] = useState<number>();
  const rows = useMemo(
    () => (replay ? comparedRows(trace, replay.trace, replay.fromStep) : singleRows(trace)),
    [trace, replay],
  );
  const row = rows[Math.min(selected, rows.length - 1)];
  if (!row) {
    return <p class="nothing">Nothing has happened in this session yet.</p>;
  }
  const select = (index: number) => {
    setSelected(index);
    host.keep({ selected: index });
  };
  return (
    <div class={replay ? 'split split-compare' : 'split'}>
      <section class="split-list" aria-label="Steps">
        {replay && <CompareHead replay={replay} host={host} />}
        <StepGrid
          rows={rows}
          selected={Math.min(selected, rows.length - 1)}
          compares={replay !== undefined}
          marked={marked}
          onSelect={select}
          onMark={onMark}
        />
      </section>
      <section class="split-detail" aria-label="Step">
        {replayFrom !== undefined && (
          <ReplayForm
            key={replayFrom}
            trace={trace}
            fromStep={replayFrom}
            onCancel={() => setReplayFrom(undefined)}
            onRun={(change) => {
              setReplayFrom(undefined);
              select(change.fromStep);
              host.post({ type: 'replay', change });
            }}
          />
        )}
        <div class={replay && row.relation !== 'shared' ? 'details details-two' : 'details'}>
          {row.left && (
            <Detail
              line={row.left}
              trace={trace}
              title={replay ? (row.relation === 'shared' ? 'Taken over' : 'Original') : ''}
              onReplay={setReplayFrom}
              host={host}
            />
          )}
          {replay?.trace && row.right && row.relation !== 'shared' && (
            <Detail line={row.right} trace={replay.trace} title="Replay" host={host} />
          )}
        </div>
      </section>
    </div>
  );
}

const phases = { starting: 'Starting…', running: 'Running…', ended: '' };

function CompareHead({ replay, host }: { replay: StudioReplay; host: StudioHost }) {
  const { id, phase, problem, trace } = replay;
  const state = phases[phase] || (trace?.session.status ?? '');
  return (
    <>
      <div class="compare-head">
        <h2>Original</h2>
        <div class="compare-replay">
          <h2>Replay from step {replay.fromStep}</h2>
          <span class="compare-state" aria-live="polite">
            {phase !== 'ended' && <Icon name="loading" spin />}
            {state}
          </span>
          {phase !== 'ended' && (
            <IconButton
              name="debug-stop"
              label="Stop the replay"
              onClick={() => host.post({ type: 'stop-replay' })}
            />
          )}
          {id !== undefined && (
            <IconButton
              name="link-external"
              label="Open the replay on its own"
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
      {problem && (
        <p class="banner" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
