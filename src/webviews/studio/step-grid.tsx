// biome-ignore-all lint/a11y/useSemanticElements: a table does not let a window be cut out of its rows
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { memo } from 'preact/compat';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { duration, integer } from '../ui/format';
import { Icon } from '../ui/icon';
import type { StepLine, StepRow } from './steps';
import { partOf, spanText, type Timeline } from './timeline';

/** Height of a row in pixels; the style sheet says the same. Rows are all alike so that a window of them can be cut out. */
const rowHeight = 26;

/** Rows drawn beyond what is seen: where the list is scrolled to, and on the other side. */
const ahead = 6;
const behind = 2;

/** The stretch of the list that is seen, in pixels. */
interface View {
  top: number;
  height: number;
  /** The way it was moved last. */
  goesUp: boolean;
}

/**
 * The list of steps. Only what is seen is drawn, so that ten thousand steps cost as much as fifty. Arrow keys,
 * Page, Home and End move; Space marks a step for the analysis. While its end is seen, it follows what comes.
 */
export function StepGrid({
  rows,
  all,
  selected,
  compares,
  marked,
  times,
  onSelect,
  onMark,
}: {
  rows: readonly StepRow[];
  /** How many there are, with those that are filtered out. */
  all: number;
  selected: number;
  compares: boolean;
  /** The steps that are marked for the analysis; undefined where there is none. */
  marked: readonly number[] | undefined;
  /** When each step ran; undefined shows no times. */
  times: Timeline | undefined;
  onSelect: (index: number) => void;
  onMark: (steps: readonly number[]) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ top: 0, height: 600, goesUp: false });
  useEffect(() => {
    const grid = place.current;
    if (!grid) return undefined;
    const measure = () => {
      const { selected: chosen, view: seen } = latest.current;
      const top = chosen * rowHeight;
      // A list that becomes smaller would leave the row that the detail is about behind.
      if (seen.top <= top && top < seen.top + seen.height) reveal(grid, chosen);
      setView((before) => viewOf(grid, before));
    };
    const watch = new ResizeObserver(measure);
    watch.observe(grid);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (place.current) reveal(place.current, selected);
  }, [selected]);
  const known = useRef(all);
  const follows = useRef(false);
  // Another filter brings rows too, and is no reason to move.
  const goesOn = follows.current && all > known.current;
  // What will be in view is drawn at once, not only when the list has moved there.
  const top = goesOn ? Math.max(0, rows.length * rowHeight - view.height) : view.top;
  useLayoutEffect(() => {
    const grid = place.current;
    if (!grid) {
      return;
    }
    if (goesOn) {
      grid.scrollTop = grid.scrollHeight;
    }
    known.current = all;
    follows.current = isAtEnd(grid);
    setView((before) => viewOf(grid, before));
  }, [rows, all]);

  const toggle = (index: number) => {
    const step = rows[index]?.left?.step.step_index;
    if (step !== undefined && marked) {
      onMark(
        marked.includes(step)
          ? marked.filter((one) => one !== step)
          : [...marked, step].sort((a, b) => a - b),
      );
    }
  };
  // The same for every drawing, so that rows that stay are not drawn again while a person scrolls.
  const latest = useRef({ toggle, onSelect, selected, view });
  latest.current = { toggle, onSelect, selected, view };
  const selectRow = useCallback((index: number) => latest.current.onSelect(index), []);
  const toggleRow = useCallback((index: number) => latest.current.toggle(index), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const to: Record<string, number> = {
      ArrowDown: selected + 1,
      ArrowUp: selected - 1,
      PageDown: selected + page,
      PageUp: selected - page,
      Home: 0,
      End: rows.length - 1,
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      onSelect(Math.max(0, Math.min(rows.length - 1, next)));
    } else if (event.key === ' ') {
      event.preventDefault();
      toggle(selected);
    }
  };
  const [above, below] = view.goesUp ? [ahead, behind] : [behind, ahead];
  const first = Math.max(0, Math.floor(top / rowHeight) - above);
  const last = Math.min(rows.length, Math.ceil((top + view.height) / rowHeight) + below);
  return (
    <div class="grid-place">
      <div
        class="grid"
        role="grid"
        aria-label="Steps"
        aria-rowcount={rows.length}
        aria-activedescendant={`step-${selected}`}
        tabIndex={0}
        ref={place}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          const grid = event.currentTarget;
          follows.current = isAtEnd(grid);
          setView((before) => viewOf(grid, before));
        }}
      >
        <div class="grid-all" role="presentation" style={{ height: rows.length * rowHeight }}>
          <div role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
            {rows.slice(first, last).map((row, position) => (
              <Row
                // Elements that leave on one side come back on the other: making them anew costs more than filling them.
                key={(first + position) % (last - first)}
                row={row}
                index={first + position}
                isSelected={first + position === selected}
                compares={compares}
                times={times}
                marked={row.left && marked?.includes(row.left.step.step_index)}
                onSelect={selectRow}
                onToggle={toggleRow}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

const relations = {
  shared: 'taken over',
  same: 'same',
  recorded: 'not asked again: the answer is from the record',
  different: 'different',
  single: '',
};

const Row = memo(function Row({
  row,
  index,
  isSelected,
  compares,
  marked,
  times,
  onSelect,
  onToggle,
}: {
  row: StepRow;
  index: number;
  isSelected: boolean;
  compares: boolean;
  /** Undefined where it cannot be marked. */
  marked: boolean | undefined;
  times: Timeline | undefined;
  onSelect: (index: number) => void;
  onToggle: (index: number) => void;
}) {
  const number = row.left?.step.step_index ?? row.right?.step.step_index ?? index;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid's keys do the same
    <div
      class={`row row-${row.relation}${isSelected ? ' row-selected' : ''}${marked ? ' row-marked' : ''}`}
      role="row"
      id={`step-${index}`}
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      onClick={() => onSelect(index)}
    >
      <span class="row-mark" role="gridcell">
        {marked !== undefined && (
          <input
            type="checkbox"
            tabIndex={-1}
            checked={marked}
            aria-label={`Mark step ${number} for the analysis`}
            title="Mark for the analysis (Space)"
            onClick={(event) => event.stopPropagation()}
            onChange={() => onToggle(index)}
          />
        )}
      </span>
      <span class="row-index" role="gridcell">
        {integer(number)}
      </span>
      <Cell line={row.left} />
      {compares && (
        <>
          <Cell line={row.right} />
          <span class="row-relation" role="gridcell">
            <Icon
              name={row.relation === 'shared' ? 'link' : row.relation === 'different' ? 'diff' : 'blank'}
            />
            <span class="hidden-text">{relations[row.relation]}</span>
          </span>
        </>
      )}
      {times && <TimeBar times={times} place={row.place} />}
    </div>
  );
});

/** When a step ran, and for how long, as a picture; the same is said in words beside it and in the detail. */
function TimeBar({ times, place }: { times: Timeline; place: number }) {
  const bar = times.bars[place];
  const { start, length } = bar ? partOf(times, bar) : { start: 0, length: 0 };
  return (
    <span class="time" aria-hidden="true" title={bar && spanText(times, bar)}>
      {bar && (
        <span
          class={`bar bar-${bar.lane}`}
          style={{ left: `${start * 100}%`, width: `max(2px, ${length * 100}%)` }}
        />
      )}
    </span>
  );
}

function Cell({ line }: { line: StepLine | undefined }) {
  if (!line) {
    return (
      <span class="cell cell-none" role="gridcell">
        <span class="hidden-text">no step</span>
      </span>
    );
  }
  const tokens = line.record.tokens.prompt + line.record.tokens.completion;
  const ms = line.record.durationMs;
  return (
    <span class={line.failed ? 'cell cell-failed' : 'cell'} role="gridcell" title={line.summary}>
      <span class="cell-text">
        <Icon name={line.icon} />
        <span class="cell-label">{`${line.label} `}</span>
        {line.summary}
      </span>
      {tokens > 0 && <span class="cell-meta">{integer(tokens)} tok</span>}
      {ms !== undefined && <span class="cell-meta">{duration(ms)}</span>}
    </span>
  );
}

/** What is seen of the list; the same object while nothing moves, so that nothing is drawn again. */
function viewOf({ scrollTop: top, clientHeight: height }: HTMLElement, before: View): View {
  const goesUp = before.top === top ? before.goesUp : top < before.top;
  return before.top === top && before.height === height ? before : { top, height, goesUp };
}

/** @returns whether the last row is in view, in part at least */
function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight < rowHeight;
}

/** Scrolls a row into view: by as little as needed, and with what is around it where it is more than a page away. */
function reveal(grid: HTMLElement, index: number): void {
  const top = index * rowHeight;
  const page = grid.clientHeight;
  if (Math.abs(top - grid.scrollTop - page / 2) > 1.5 * page) {
    grid.scrollTop = top - Math.floor(page / 2 / rowHeight) * rowHeight;
  } else if (top < grid.scrollTop) {
    grid.scrollTop = top;
  } else if (top + rowHeight > grid.scrollTop + page) {
    grid.scrollTop = top + rowHeight - page;
  }
}
