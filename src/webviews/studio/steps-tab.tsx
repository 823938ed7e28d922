import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Trace } from '../../protocol';
import { CompareHead } from './compare-head';
import { Detail } from './detail';
import { type Filter, finder, keptFilter, noFilter, skillsOf } from './filter';
import { FilterBar } from './filter-bar';
import type { ReplayDraft, StudioReplay, StudioSession } from './messages';
import type { StudioHost } from './model';
import { Overview } from './overview';
import { ReplayForm, type ReplayStart } from './replay-form';
import { StepGrid } from './step-grid';
import { comparedRows, type StepLine, singleRows } from './steps';
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
  const [start, setStart] = useState(() => startOf(trace, host.kept.draft));
  const [filter, setFilter] = useState<Filter>(() => keptFilter(host.kept.filter));
  const [showsTime, setShowsTime] = useState(host.kept.showsTime ?? true);
  const rows = useMemo(
    () => (replay ? comparedRows(trace, replay.trace, replay.fromStep) : singleRows(trace.steps)),
    [trace, replay],
  );
  const find = useMemo(() => finder(filter), [filter]);
  const found = useMemo(() => find(rows), [find, rows]);
  const skills = useMemo(() => skillsOf(rows), [rows]);
  const times = useMemo(
    () => (showsTime && !replay ? timeline(trace.steps) : undefined),
    [trace, replay, showsTime],
  );
  const look = (next: Filter) => {
    setFilter(next);
    host.keep({ filter: next });
  };
  const begin = (next: ReplayStart | undefined) => {
    setStart(next);
    // Asked for once more it is the same form, with what was filled in.
    if (!next || keyOf(next) !== keyOf(start)) {
      host.keep({ draft: next && draftOf(next) });
    }
  };
  useEffect(() => {
    const place = wanted && rows.find(({ left }) => left?.step.step_index === wanted.step)?.place;
    if (place !== undefined) {
      look(noFilter);
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
  // A step that the picture shows is shown by the list too, whatever it was filtered by.
  const pick = (next: number) => {
    if (!found.some((one) => one.place === next)) {
      look(noFilter);
    }
    select(next);
  };
  const canReplay = !session.fromFile;
  return (
    <div class={replay ? 'split split-compare' : 'split'}>
      <section class="split-list" aria-label="Steps">
        {replay && (
          <CompareHead
            original={trace}
            replay={replay}
            rows={rows}
            prices={session.prices}
            host={host}
            onSelect={select}
          />
        )}
        <FilterBar
          filter={filter}
          skills={skills}
          found={found.length}
          all={rows.length}
          showsTime={replay ? undefined : showsTime}
          onFilter={look}
          onTime={(shows) => {
            setShowsTime(shows);
            host.keep({ showsTime: shows });
          }}
        />
        {times && (
          <Overview
            timeline={times}
            names={(one) => nameOf(rows[one]?.left)}
            selected={row?.place ?? place}
            onSelect={pick}
          />
        )}
        {found.length === 0 && <p class="nothing">No step is like that.</p>}
        <StepGrid
          rows={found}
          all={rows.length}
          selected={at}
          compares={replay !== undefined}
          marked={session.fromFile ? undefined : marked}
          times={times}
          onSelect={(index) => select(found[index]?.place ?? index)}
          onMark={onMark}
        />
      </section>
      <section class="split-detail" aria-label="Step">
        {start && (
          <ReplayForm
            key={keyOf(start)}
            trace={trace}
            start={start}
            draft={host.kept.draft ?? {}}
            canChangeAll={session.canChangeAll}
            policy={host.kept.reuse ?? 'none'}
            onFill={(part) => host.keep({ draft: { ...draftOf(start), ...host.kept.draft, ...part } })}
            onPolicy={(reuse) => host.keep({ reuse })}
            onCancel={() => begin(undefined)}
            onRun={(change) => {
              begin(undefined);
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
              prices={session.prices}
              {...(canReplay ? { onReplay: begin } : {})}
              canEdit={session.canChangeAll}
              canAnswer={!session.fromFile}
            />
          )}
          {replay?.trace && row?.right && row.relation !== 'shared' && (
            <Detail
              line={row.right}
              trace={replay.trace}
              title={replay.isReplay ? 'Replay' : 'Other session'}
              host={host}
              prices={session.prices}
              canEdit={false}
              canAnswer={!session.fromFile}
            />
          )}
        </div>
      </section>
    </div>
  );
}

function draftOf({ fromStep, edits }: ReplayStart): ReplayDraft {
  return { fromStep, edits: edits?.step_index };
}

/** From where the replay was to begin whose form was left; undefined where its step is gone. */
function startOf(trace: Trace, draft: ReplayDraft | undefined): ReplayStart | undefined {
  if (!draft) {
    return undefined;
  }
  const { fromStep, edits: index } = draft;
  const edits = trace.steps.find(({ step_index: one }) => one === index);
  return index === undefined ? { fromStep } : edits && { fromStep, edits };
}

/** @returns for example "Step 3, search". */
function nameOf(line: StepLine | undefined): string {
  return line ? `Step ${line.step.step_index}, ${line.label}` : '';
}

function keyOf(start: ReplayStart | undefined): string {
  return start ? `${start.fromStep}-${start.edits?.step_index}` : '';
}
