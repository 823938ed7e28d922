import { useState } from 'preact/hooks';
import { integer } from '../ui/format';
import type { EvalsHost } from './model';
import type { Point } from './points';
import type { Series } from './trend';
import { passText, scoreText, sourceName, spreadText, targetText, whenText } from './words';

/** How many rows are shown at first. */
const atFirst = 50;

/** The numbers of a picture as a table, the newest first. */
export function Numbers({ series, host }: { series: Series; host: EvalsHost }) {
  const [isOpen, setOpen] = useState(host.kept.showsNumbers ?? false);
  const [all, setAll] = useState(false);
  const newest = [...series.points].reverse();
  const rows = all ? newest : newest.slice(0, atFirst);
  return (
    <details
      class="numbers"
      open={isOpen}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        host.keep({ showsNumbers: event.currentTarget.open });
      }}
    >
      <summary>Numbers</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
        <section class="table-place" tabIndex={0} aria-label="Numbers">
          <table>
            <caption class="hidden-text">Scores of {series.name || 'all cases'}, the newest first</caption>
            <thead>
              <tr>
                {['Source', 'First judged', 'Over', 'Score', 'Spread', 'Passed', 'Threshold', 'Trace'].map(
                  (title) => (
                    <th key={title} scope="col">
                      {title}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((point) => (
                <Row
                  key={`${point.source.hash} ${point.source.at}`}
                  point={point}
                  ofSuite={series.name === ''}
                  host={host}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {isOpen && rows.length < newest.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show all {integer(newest.length)}
        </button>
      )}
    </details>
  );
}

function Row({ point, ofSuite, host }: { point: Point; ofSuite: boolean; host: EvalsHost }) {
  const worst = point.results.find(({ sessionId }) => sessionId !== '');
  return (
    <tr>
      <th scope="row">{sourceName(point.source)}</th>
      <td>{whenText(point.source.at)}</td>
      <td>{targetText(point)}</td>
      <td class="number">{scoreText(point.score)}</td>
      <td class="number">{spreadText(point)}</td>
      <td class="number">{passText(point)}</td>
      <td class="number">{point.threshold ?? ''}</td>
      <td>
        {worst && (
          <button
            type="button"
            class="link"
            aria-label={
              ofSuite ? `Worst: ${worst.caseName}` : `Open the trace of ${sourceName(point.source)}`
            }
            onClick={() => host.post({ type: 'trace', sessionId: worst.sessionId })}
          >
            {ofSuite ? 'Worst' : 'Open'}
          </button>
        )}
      </td>
    </tr>
  );
}
