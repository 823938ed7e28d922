// biome-ignore-all lint/a11y/useSemanticElements: a table does not let a window be cut out of its rows
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
import { useEffect, useRef, useState } from 'preact/hooks';
import { duration, integer } from '../ui/format';
import { Icon } from '../ui/icon';
import type { StepLine, StepRow } from './steps';
import type { Bar } from './timeline';

/** Height of a row in pixels; the style sheet says the same. Rows are all alike so that a window of them can be cut out. */
const rowHeight = 26;

/** Rows drawn beyond what is seen, on each side. */
const spare = 12;

/**
 * The list of steps. Only what is seen is drawn, so that ten thousand steps cost as much as fifty. Arrow keys,
 * Page, Home and End move; Space marks a step for the analysis.
 */
export function StepGrid({
  rows,
  selected,
  compares,
  marked,
  bars,
  onSelect,
  onMark,
}: {
  rows: readonly StepRow[];
  selected: number;
  compares: boolean;
  marked: readonly number[];
  /** When each step ran, by its place in the whole list; undefined shows no times. */
  bars: readonly Bar[] | undefined;
  onSelect: (index: number) => void;
  onMark: (steps: readonly number[]) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const grid = place.current;
    if (!grid) {
      return undefined;
    }
    const measure = () => setView({ top: grid.scrollTop, height: grid.clientHeight });
    const watch = new ResizeObserver(measure);
    watch.observe(grid);
    return () => watch.disconnect();
  }, []);
  useEffect(() => reveal(place.current, selected), [selected]);

  const toggle = (index: number) => {
    const step = rows[index]?.left?.step.step_index;
    if (step !== undefined) {
      onMark(
        marked.includes(step)
          ? marked.filter((one) => one !== step)
          : [...marked, step].sort((a, b) => a - b),
      );
    }
  };
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
  const first = Math.max(0, Math.floor(view.top / rowHeight) - spare);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + spare);
  return (
    <div
      class="grid"
      role="grid"
      aria-label="Steps"
      aria-rowcount={rows.length}
      aria-activedescendant={`step-${selected}`}
      tabIndex={0}
      ref={place}
      onKeyDown={onKeyDown}
      onScroll={(event) =>
        setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
      }
    >
      <div class="grid-all" role="presentation" style={{ height: rows.length * rowHeight }}>
        <div role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {rows.slice(first, last).map((row, position) => (
            <Row
              key={first + position}
              row={row}
              index={first + position}
              isSelected={first + position === selected}
              compares={compares}
              bar={bars?.[row.place]}
              marked={row.left !== undefined && marked.includes(row.left.step.step_index)}
              onSelect={onSelect}
              onToggle={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

const relations = { shared: 'taken over', same: 'same', different: 'different', single: '' };

function Row({
  row,
  index,
  isSelected,
  compares,
  marked,
  bar,
  onSelect,
  onToggle,
}: {
  row: StepRow;
  index: number;
  isSelected: boolean;
  compares: boolean;
  marked: boolean;
  bar: Bar | undefined;
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
        {row.left && (
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
      {bar && <TimeBar bar={bar} />}
    </div>
  );
}

/** When a step ran, and for how long, as a picture; the same is said in words beside it and in the detail. */
function TimeBar({ bar: { lane, start, length } }: { bar: Bar }) {
  return (
    <span class="time" aria-hidden="true">
      <span
        class={`bar bar-${lane}`}
        style={{ left: `${start * 100}%`, width: `max(2px, ${length * 100}%)` }}
      />
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
  return (
    <span class={line.failed ? 'cell cell-failed' : 'cell'} role="gridcell" title={line.summary}>
      <Icon name={line.icon} />
      <span class="cell-label">{line.label}</span>
      <span class="cell-summary">{line.summary}</span>
      {tokens > 0 && <span class="cell-meta">{integer(tokens)} tok</span>}
      {line.record.durationMs !== undefined && (
        <span class="cell-meta">{duration(line.record.durationMs)}</span>
      )}
    </span>
  );
}

/** Scrolls a row into view, by as little as needed. */
function reveal(grid: HTMLElement | null, index: number): void {
  if (!grid) {
    return;
  }
  const top = index * rowHeight;
  if (top < grid.scrollTop) {
    grid.scrollTop = top;
  } else if (top + rowHeight > grid.scrollTop + grid.clientHeight) {
    grid.scrollTop = top + rowHeight - grid.clientHeight;
  }
}
