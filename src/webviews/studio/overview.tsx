import { useEffect, useRef } from 'preact/hooks';
import { duration } from '../ui/format';
import { type Lane, partOf, spanText, type Timeline } from './timeline';

/** The lanes of the picture, from the top. Messages and texts take no time. */
const lanes: readonly Exclude<Lane, 'other'>[] = ['model', 'code', 'call', 'mcp', 'wait'];

const laneNames: Record<Exclude<Lane, 'other'>, string> = {
  model: 'Model',
  code: 'Code',
  call: 'Calls',
  mcp: 'MCP',
  wait: 'Waiting',
};

/** Heights in pixels of a lane and of the axis below them. */
const laneHeight = 10;
const axisHeight = 16;

/** The whole run as a picture, however many steps it has: a lane for each thing that takes time, over a time axis. */
export function Overview({
  timeline,
  names,
  selected,
  onSelect,
}: {
  timeline: Timeline;
  /** What each step is called, by its place in the whole list. */
  names: (place: number) => string;
  /** Place of the chosen step in the whole list. */
  selected: number;
  onSelect: (place: number) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const { spent, wholeMs } = timeline;
  const used = lanes.filter((lane) => spent[lane] !== undefined);
  const redraw = () => {
    if (canvas.current && legend.current) {
      draw(canvas.current, legend.current, timeline, used, selected);
    }
  };
  // The same for every drawing: it is watched once, however often a run goes on.
  const latest = useRef(redraw);
  latest.current = redraw;
  useEffect(redraw, [timeline, selected]);
  useEffect(() => {
    const again = () => latest.current();
    const sizes = new ResizeObserver(again);
    if (canvas.current) {
      sizes.observe(canvas.current);
    }
    // A theme changes the colours of the page by its attributes.
    const themes = new MutationObserver(again);
    themes.observe(document.documentElement, { attributes: true });
    themes.observe(document.body, { attributes: true });
    return () => {
      sizes.disconnect();
      themes.disconnect();
    };
  }, []);
  const placeAt = (event: MouseEvent & { currentTarget: HTMLCanvasElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const lane = used[Math.floor((event.clientY - box.top) / laneHeight)];
    return nearest(timeline, (event.clientX - box.left) / Math.max(1, box.width), lane);
  };
  const choose = (event: MouseEvent & { currentTarget: HTMLCanvasElement }) => {
    const place = placeAt(event);
    if (place !== undefined) {
      onSelect(place);
    }
  };
  const tell = (event: MouseEvent & { currentTarget: HTMLCanvasElement }) => {
    const place = placeAt(event);
    const bar = place === undefined ? undefined : timeline.bars[place];
    event.currentTarget.title =
      place === undefined || !bar ? '' : `${names(place)}: ${spanText(timeline, bar)}`;
  };
  return (
    <figure class="overview">
      <ul class="overview-legend" ref={legend} aria-label="What took the time">
        {used.map((lane) => (
          <li key={lane}>
            <span class={`swatch bar-${lane}`} />
            {/* A question that still waits has taken no time that is known. */}
            {laneNames[lane]} {spent[lane] ? duration(spent[lane]) : ''}
          </li>
        ))}
      </ul>
      {/* The list below does the same by keys. */}
      <canvas
        ref={canvas}
        role="img"
        aria-label={`The whole run of ${duration(wholeMs)}; a click chooses the step at that time`}
        style={{ height: `${used.length * laneHeight + axisHeight}px` }}
        onClick={choose}
        onMouseMove={tell}
      />
    </figure>
  );
}

/** The step that a place in the picture belongs to. @param at from 0 to 1 @param lane undefined looks at all */
export function nearest(timeline: Timeline, at: number, lane?: Lane): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [place, bar] of timeline.bars.entries()) {
    if (lane === undefined ? bar.lane === 'other' : bar.lane !== lane) {
      continue;
    }
    const { start, length } = partOf(timeline, bar);
    const distance = Math.max(start - at, at - start - length, 0);
    if (distance < least) {
      [best, least] = [place, distance];
    }
  }
  return best;
}

const [second, minute, hour] = [1_000, 60_000, 3_600_000];

/** What people count time in: tens below ten seconds, then parts of a minute and of an hour. */
const roundFigures = [
  ...[1, 10, 100, second].flatMap((unit) => [unit, 2 * unit, 5 * unit]),
  ...[second, minute].flatMap((unit) => [10 * unit, 15 * unit, 30 * unit]),
  ...[minute, 2 * minute, 5 * minute, hour, 2 * hour, 6 * hour, 12 * hour],
].sort((a, b) => a - b);

/**
 * Where an axis is marked, in milliseconds: at round figures, with no more than `most` stretches between them.
 * @param wholeMs its length
 */
export function ticks(wholeMs: number, most: number): number[] {
  const rough = wholeMs / Math.max(1, most);
  const day = 24 * hour;
  const step = roundFigures.find((one) => one >= rough) ?? Math.ceil(rough / day) * day;
  return Array.from({ length: Math.floor(wholeMs / step) + 1 }, (_, index) => index * step);
}

/** @returns for example "0", "500 ms", "2 s", "15 min". */
export function tickText(at: number): string {
  return at === 0 ? '0' : duration(at).replace('.0 s', ' s');
}

/**
 * What is to be filled of a lane: the bars, each a pixel wide at least, those that overlap as one. A long run has
 * thousands of them on each hundred pixels.
 */
function stretches(timeline: Timeline, lane: Lane, width: number): [left: number, right: number][] {
  const all: [number, number][] = [];
  let open: [number, number] | undefined;
  for (const bar of timeline.bars) {
    if (bar.lane !== lane) {
      continue;
    }
    const { start, length } = partOf(timeline, bar);
    const left = start * width;
    const right = left + Math.max(1, length * width);
    if (open && left >= open[0] && left <= open[1]) {
      open[1] = Math.max(open[1], right);
    } else {
      open = [left, right];
      all.push(open);
    }
  }
  return all;
}

function draw(
  picture: HTMLCanvasElement,
  legend: HTMLUListElement,
  timeline: Timeline,
  used: readonly Lane[],
  selected: number,
): void {
  const { clientWidth: width, clientHeight: height } = picture;
  const { bars, wholeMs } = timeline;
  const pen = picture.getContext('2d');
  if (!pen || width === 0) {
    return;
  }
  const ratio = window.devicePixelRatio || 1;
  picture.width = Math.round(width * ratio);
  picture.height = Math.round(height * ratio);
  pen.scale(ratio, ratio);
  const lanesHeight = used.length * laneHeight;
  // The style sheet says which colour a lane has; the legend shows it.
  const swatches = [...legend.querySelectorAll('.swatch')];
  for (const [row, lane] of used.entries()) {
    const swatch = swatches[row];
    pen.fillStyle = swatch ? getComputedStyle(swatch).backgroundColor : 'gray';
    for (const [left, right] of stretches(timeline, lane, width)) {
      pen.fillRect(left, row * laneHeight + 1, right - left, laneHeight - 2);
    }
  }
  const { color, fontFamily } = getComputedStyle(picture);
  pen.fillStyle = color;
  pen.font = `11px ${fontFamily}`;
  pen.textBaseline = 'bottom';
  for (const at of ticks(wholeMs, width / 90)) {
    const x = (at / wholeMs) * width;
    pen.fillRect(Math.min(width - 1, x), lanesHeight, 1, 4);
    const label = tickText(at);
    const left = Math.min(x + 3, width - pen.measureText(label).width);
    pen.fillText(label, left, height);
  }
  const chosen = bars[selected];
  if (chosen) {
    const { start, length } = partOf(timeline, chosen);
    pen.strokeStyle = color;
    // Around the bar, and whole where that stands at an end.
    const left = Math.max(0.5, Math.min(width - 4.5, start * width - 1.5));
    const right = Math.min(width - 0.5, Math.max(left + 4, (start + length) * width + 1.5));
    pen.strokeRect(left, 0.5, right - left, lanesHeight);
  }
}
