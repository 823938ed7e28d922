import { useRef } from 'preact/hooks';
import type { Point } from './points';
import { dayText, pointLabel, sourceName } from './words';

const height = 230;
const margin = { left: 26, right: 18, top: 24, bottom: 24 };
/** Least distance of two points, in pixels: a finger's or a mouse's aim. */
const step = 16;
/** Room that a label takes, in pixels. */
const labelRoom = 56;
const radius = 5;
/** From the ends of the scale to the outermost points, in pixels. */
const inset = 14;

/** @returns how many points a picture of a width in pixels has room for. */
export function roomFor(width: number): number {
  return Math.floor((width - margin.left - margin.right - 2 * inset) / step) + 1;
}

/**
 * Scores from 0 to 10 over states of source, the oldest left. One point can be reached by the Tab key; the arrow keys
 * go to the others.
 * @param current the point that is chosen
 * @param onChoose called when a point is clicked, or a key goes to it
 * @param onPoint called with the point under the pointer; undefined when it has left
 * @param onOpen called when a point is clicked twice, or Enter is pressed on it
 */
export function Chart({
  points,
  width,
  current,
  onChoose,
  onPoint,
  onOpen,
}: {
  points: readonly Point[];
  width: number;
  current: Point | undefined;
  onChoose: (point: Point) => void;
  onPoint: (point: Point | undefined) => void;
  onOpen: (point: Point) => void;
}) {
  const root = useRef<SVGSVGElement>(null);
  const inner = width - margin.left - margin.right - 2 * inset;
  const gap = points.length > 1 ? Math.min(90, inner / (points.length - 1)) : 0;
  const x = (index: number) =>
    margin.left + inset + index * gap + (points.length === 1 ? Math.min(45, inner / 2) : 0);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = current ? points.indexOf(current) : points.length - 1;
    const to = target(event.key, at, points.length);
    const next = to === undefined ? undefined : points[to];
    if (next) {
      event.preventDefault();
      onChoose(next);
      root.current?.querySelector<SVGGElement>(`[data-index="${to}"]`)?.focus();
    } else if (current && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onOpen(current);
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a drawing
    <svg
      ref={root}
      class="chart"
      width={width}
      height={height}
      role="group"
      aria-label="Scores over time; the arrow keys go from point to point"
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of a drawing cannot have the focus */}
      <g aria-hidden="true">
        <Scale width={width} />
        <Days points={points} x={x} />
        <Versions points={points} x={x} />
        <Threshold points={points} x={x} />
        <path class="line" d={lineOf(points, x)} />
      </g>
      {points.map((point, index) => (
        <Mark
          key={`${point.source.hash} ${point.source.at}`}
          point={point}
          index={index}
          x={x(index)}
          isCurrent={point === current}
          onChoose={onChoose}
          onPoint={onPoint}
          onOpen={onOpen}
        />
      ))}
    </svg>
  );
}

function Scale({ width }: { width: number }) {
  return (
    <g>
      {[0, 2, 4, 6, 8, 10].map((score) => (
        <g key={score}>
          <line
            class="grid-line"
            x1={margin.left}
            x2={width - margin.right}
            y1={yOf(score)}
            y2={yOf(score)}
          />
          <text class="scale" x={margin.left - 8} y={yOf(score) + 4} text-anchor="end">
            {score}
          </text>
        </g>
      ))}
    </g>
  );
}

/** A line where a version was deployed, with its name where there is room. */
function Versions({ points, x }: { points: readonly Point[]; x: (index: number) => number }) {
  let free = Number.POSITIVE_INFINITY;
  // From the newest on, whose names matter most.
  const marks = points
    .flatMap(({ source }, index) => (source.versions.length > 0 ? [{ source, index }] : []))
    .reverse();
  return (
    <g>
      {marks.map(({ source, index }) => {
        const at = x(index);
        const named = at + labelRoom / 2 <= free;
        if (named) free = at - labelRoom / 2;
        return (
          <g key={index}>
            <line class="version-line" x1={at} x2={at} y1={margin.top - 4} y2={yOf(0)} />
            {named && (
              <text class="version" x={Math.max(at, 20)} y={margin.top - 9} text-anchor="middle">
                {sourceName(source)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function Threshold({ points, x }: { points: readonly Point[]; x: (index: number) => number }) {
  const threshold = points.at(-1)?.threshold;
  if (threshold === undefined) return null;
  const y = yOf(threshold);
  return <line class="threshold" x1={x(0) - 8} x2={x(points.length - 1) + 8} y1={y} y2={y} />;
}

/** The form says what the colour does: a circle has passed, a square has not, a cross could not be judged. */
function Mark({
  point,
  index,
  x,
  isCurrent,
  onChoose,
  onPoint,
  onOpen,
}: {
  point: Point;
  index: number;
  x: number;
  isCurrent: boolean;
  onChoose: (point: Point) => void;
  onPoint: (point: Point | undefined) => void;
  onOpen: (point: Point) => void;
}) {
  const y = yOf(point.score ?? 0);
  const state = point.score === null ? 'unjudged' : point.passes ? 'passed' : 'failed';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing cannot hold a button
    <g
      class={`mark mark-${state}${isCurrent ? ' mark-current' : ''}${point.complete ? '' : ' mark-part'}`}
      role="button"
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      aria-label={pointLabel(point)}
      onMouseEnter={() => onPoint(point)}
      onMouseLeave={() => onPoint(undefined)}
      onFocus={() => onChoose(point)}
      onClick={() => onChoose(point)}
      onDblClick={() => onOpen(point)}
      onKeyDown={() => undefined}
    >
      <rect
        class="aim"
        x={x - step / 2}
        y={margin.top}
        width={step}
        height={height - margin.top - margin.bottom}
      />
      {point.high - point.low >= 0.05 && (
        <path
          class="spread"
          d={`M${x - 3} ${yOf(point.high)}h6M${x} ${yOf(point.high)}V${yOf(point.low)}M${x - 3} ${yOf(point.low)}h6`}
        />
      )}
      {isCurrent && <circle class="halo" cx={x} cy={y} r={radius + 4} />}
      {state === 'passed' && <circle class="dot" cx={x} cy={y} r={radius} />}
      {state === 'failed' && (
        <rect
          class="dot"
          x={x - radius + 0.5}
          y={y - radius + 0.5}
          width={2 * radius - 1}
          height={2 * radius - 1}
        />
      )}
      {state === 'unjudged' && <path class="cross" d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} />}
    </g>
  );
}

function Days({ points, x }: { points: readonly Point[]; x: (index: number) => number }) {
  let free = Number.NEGATIVE_INFINITY;
  let before = '';
  return (
    <g>
      {points.map(({ source }, index) => {
        const day = dayText(source.at);
        const at = x(index);
        if (day === before || at - labelRoom / 2 < free) return null;
        before = day;
        free = at + labelRoom / 2;
        return (
          <text
            key={index}
            class="scale"
            x={at}
            y={height - 6}
            text-anchor={index === 0 ? 'start' : 'middle'}
          >
            {day}
          </text>
        );
      })}
    </g>
  );
}

function yOf(score: number): number {
  return margin.top + (1 - score / 10) * (height - margin.top - margin.bottom);
}

/** What could not be judged interrupts the line. */
function lineOf(points: readonly Point[], x: (index: number) => number): string {
  let isDown = false;
  return points
    .map(({ score }, index) => {
      if (score === null) {
        isDown = false;
        return '';
      }
      const command = isDown ? 'L' : 'M';
      isDown = true;
      return `${command}${x(index).toFixed(1)} ${yOf(score).toFixed(1)}`;
    })
    .join('');
}

function target(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowRight':
      return Math.min(count - 1, at + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
