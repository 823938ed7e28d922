import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { integer } from '../ui/format';
import { Chart, roomFor } from './chart';
import { Detail } from './detail';
import type { EvalsHost } from './model';
import { Numbers } from './numbers';
import type { Point } from './points';
import { deployedBefore, type Series } from './trend';

/** A series as a picture, what the chosen point stands for, and the same numbers as a table. */
export function Picture({ series, host }: { series: Series; host: EvalsHost }) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const { points } = series;
  const room = Math.max(1, roomFor(width));
  /** Index after the last point that is drawn; undefined keeps to the newest. */
  const [last, setLast] = useState<number>();
  const [chosen, setChosen] = useState<Point>();
  /** Under the pointer: shown for as long as it stays there. */
  const [pointed, setPointed] = useState<Point>();
  const end = Math.min(points.length, last ?? points.length);
  const begin = Math.max(0, end - room);
  const drawn = points.slice(begin, end);
  const current = among(drawn, chosen) ?? drawn.at(-1);
  const shown = among(drawn, pointed) ?? current;
  const choose = (one: Point) => {
    setChosen(one);
    // What a key goes to is shown though the pointer rests elsewhere.
    setPointed(undefined);
  };
  const open = (one: Point) => {
    const sessionId = one.results.find((result) => result.sessionId !== '')?.sessionId;
    if (sessionId !== undefined) host.post({ type: 'trace', sessionId });
  };
  return (
    <section class="picture" aria-label={series.name || 'All cases'}>
      <h2>{series.name || 'All cases'}</h2>
      <div class="chart-place" ref={place}>
        {width > 0 && (
          <Chart
            points={drawn}
            width={width}
            current={current}
            onChoose={choose}
            onPoint={setPointed}
            onOpen={open}
          />
        )}
      </div>
      {points.length > room && (
        <div class="pages">
          <button
            type="button"
            class="button secondary"
            disabled={begin === 0}
            onClick={() => setLast(Math.max(room, begin))}
          >
            Earlier
          </button>
          <span>
            {integer(begin + 1)} to {integer(end)} of {integer(points.length)}
          </span>
          <button
            type="button"
            class="button secondary"
            disabled={end === points.length}
            onClick={() => setLast(Math.min(points.length, end + room))}
          >
            Later
          </button>
        </div>
      )}
      {shown && (
        <Detail
          point={shown}
          isChosen={shown === current}
          ofSuite={series.name === ''}
          before={points[points.indexOf(shown) - 1]}
          deployed={deployedBefore(series, shown)}
          host={host}
        />
      )}
      <Numbers series={series} host={host} />
    </section>
  );
}

/** @returns the point over the same source as one that was there before. */
function among(points: readonly Point[], one: Point | undefined): Point | undefined {
  return one && points.find(({ source }) => source.hash === one.source.hash && source.at === one.source.at);
}

/** The width of an element in pixels, 0 before it is known. */
function useWidth(place: { current: HTMLDivElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}
