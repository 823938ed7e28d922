import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Trace } from '../../protocol';
import { CompareHead } from './compare-head';
import { Detail } from './detail';
import { type Filter, filtered, noFilter } from './filter';
import { FilterBar } from './filter-bar';
import type { StudioReplay, StudioSession } from './messages';
import type { StudioHost } from './model';
import { ReplayForm, type ReplayStart } from './replay-form';
import { StepGrid } from './step-grid';
import { comparedRows, lineOf, singleRows } from './steps';
import { timeline } from './timeline';

/** The list of steps with the chosen one's detail; beside another session, two columns of each. */
export function Steps({
  session,
  trace,
  replay,
  host,
  wanted,
  marked,
  onMark,
}: {
  session: StudioSession;
  trace: Trace;
  replay: StudioReplay | undefined;
  host: StudioHost;
  /** The step to choose; looked at when it is another object. */
  wanted: { step: number } | undefined;
  marked: readonly number[];
  onMark: (steps: readonly number[]) => void;
}) {
  const [chosen, setChosen] = useState(host.kept.selected ?? 0);
  const [start, setStart] = useState<ReplayStart>();
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [showsTime, setShowsTime] = useState(host.kept.showsTime ?? true);
  const rows = useMemo(
    () => (replay ? comparedRows(trace, replay.trace, replay.fromStep) : singleRows(trace)),
    [trace, replay],
  );
  const found = useMemo(() => filtered(rows, filter), [rows, filter]);
  const bars = useMemo(
    () => (showsTime && !replay ? timeline(trace.steps.map(lineOf)) : undefined),
    [trace, replay, showsTime],
  );
  useEffect(() => {
    const place = wanted && rows.find(({ left }) => left?.step.step_index === wanted.step)?.place;
    if (place !== undefined) {
      setFilter(noFilter);
      setChosen(place);
      host.keep({ selected: place });
    }
    // Rows that come later do not choose again.
  }, [wanted]);
  if (rows.length === 0) {
    return <p class="nothing">Nothing has happened in this session yet.</p>;
  }
  const place = Math.min(chosen, rows.length - 1);
  // What is filtered out cannot be the chosen one; the one before it stands for it.
  const at = Math.max(
    0,
    found.findLastIndex((row) => row.place <= place),
  );
  const row = found[at];
  const select = (next: number) => {
    setChosen(next);
    host.keep({ selected: next });
  };
  const canReplay = !session.fromFile;
  return (
    <div class={replay ? 'split split-compare' : 'split'}>
      <section class="split-list" aria-label="Steps">
        {replay && <CompareHead replay={replay} rows={rows} host={host} onSelect={select} />}
        <FilterBar
          filter={filter}
          found={found.length}
          all={rows.length}
          showsTime={replay ? undefined : showsTime}
          onFilter={setFilter}
          onTime={(shows) => {
            setShowsTime(shows);
            host.keep({ showsTime: shows });
          }}
        />
        {found.length === 0 && <p class="nothing">No step is like that.</p>}
        <StepGrid
          rows={found}
          selected={at}
          compares={replay !== undefined}
          marked={marked}
          bars={bars}
          onSelect={(index) => select(found[index]?.place ?? index)}
          onMark={onMark}
        />
      </section>
      <section class="split-detail" aria-label="Step">
        {start && (
          <ReplayForm
            key={`${start.fromStep}-${start.edits?.step_index}`}
            trace={trace}
            start={start}
            canChangeAll={session.canChangeAll}
            onCancel={() => setStart(undefined)}
            onRun={(change) => {
              setStart(undefined);
              select(change.fromStep);
              host.post({ type: 'replay', change });
            }}
          />
        )}
        <div class={replay && row?.relation !== 'shared' ? 'details details-two' : 'details'}>
          {row?.left && (
            <Detail
              line={row.left}
              trace={trace}
              title={replay ? (row.relation === 'shared' ? 'Taken over' : 'Original') : ''}
              host={host}
              {...(canReplay ? { onReplay: setStart } : {})}
              canEdit={session.canChangeAll}
            />
          )}
          {replay?.trace && row?.right && row.relation !== 'shared' && (
            <Detail
              line={row.right}
              trace={replay.trace}
              title={replay.isReplay ? 'Replay' : 'Other session'}
              host={host}
              canEdit={false}
            />
          )}
        </div>
      </section>
    </div>
  );
}
