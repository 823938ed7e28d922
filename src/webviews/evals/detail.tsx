import { Icon } from '../ui/icon';
import type { EvalsResult } from './messages';
import type { EvalsHost } from './model';
import type { Point } from './points';
import type { Deployed } from './trend';
import { passText, scoreText, sourceName, spreadText, targetText, whenText } from './words';

/** How many results of a point are listed, the worst first. */
const listed = 8;

/** What a point stands for, the chosen one or the one under the pointer, and the ways from it: to a trace, and to what differs in the files. */
export function Detail({
  point,
  isChosen,
  ofSuite,
  before,
  deployed,
  host,
}: {
  point: Point;
  isChosen: boolean;
  /** All cases together: each result then says of which it is. */
  ofSuite: boolean;
  /** The point before it. */
  before: Point | undefined;
  /** What was deployed last before it. */
  deployed: Deployed | undefined;
  host: EvalsHost;
}) {
  const spread = spreadText(point);
  return (
    <section class="detail" aria-label={isChosen ? 'Chosen point' : 'Point under the pointer'}>
      <p class="detail-head">
        <strong>{sourceName(point.source)}</strong>
        <span class={point.passes ? 'good' : 'bad'}>
          <Icon name={point.passes ? 'pass' : 'error'} />
          {scoreText(point.score)} of 10
        </span>
        {spread && <span title="The worst and the best of the repetitions">spread {spread}</span>}
        <span>{passText(point)} passed</span>
        {!point.complete && <span>not all cases</span>}
        <span class="quiet">
          {targetText(point)}, {whenText(point.source.at)}
        </span>
      </p>
      <ul class="results">
        {point.results.slice(0, listed).map((result) => (
          <Result
            key={`${result.runId} ${result.caseName} ${result.repetition}`}
            result={result}
            ofSuite={ofSuite}
            host={host}
          />
        ))}
      </ul>
      {point.results.length > listed && (
        <p class="quiet">and {point.results.length - listed} more, none of them lower</p>
      )}
      {point.results.every(({ sessionId }) => sessionId === '') && (
        <p class="quiet">
          There is no trace to open: the server does not say in which sessions these evals ran.
        </p>
      )}
      <Compare point={point} before={before} deployed={deployed} host={host} />
    </section>
  );
}

function Result({ result, ofSuite, host }: { result: EvalsResult; ofSuite: boolean; host: EvalsHost }) {
  const { caseName, score, pass, sessionId, reasoning } = result;
  return (
    <li>
      <span class={pass ? 'good' : 'bad'}>
        <Icon name={pass ? 'pass' : 'error'} />
        {scoreText(score)}
      </span>
      {sessionId === '' ? (
        <span>{ofSuite ? caseName : 'no trace'}</span>
      ) : (
        <button
          type="button"
          class="link"
          title="Open the trace"
          aria-label={ofSuite ? `Open the trace of ${caseName}` : 'Open the trace'}
          onClick={() => host.post({ type: 'trace', sessionId })}
        >
          {ofSuite ? caseName : 'Open the trace'}
        </button>
      )}
      {reasoning && <span class="reasoning">{reasoning}</span>}
    </li>
  );
}

function Compare({
  point,
  before,
  deployed,
  host,
}: {
  point: Point;
  before: Point | undefined;
  deployed: Deployed | undefined;
  host: EvalsHost;
}) {
  const others = [
    ...(deployed ? [{ other: deployed.point, name: `v${deployed.semver}` }] : []),
    ...(before && before !== deployed?.point ? [{ other: before, name: 'the Point Before' }] : []),
  ].filter(({ other }) => other.source.hash !== '');
  if (point.source.hash === '') {
    return (
      <p class="quiet">There are no files to compare: nobody knows over which of them these evals ran.</p>
    );
  }
  if (others.length === 0) return null;
  return (
    <div class="buttons">
      {others.map(({ other, name }) => (
        <button
          key={other.source.hash}
          type="button"
          class="button secondary"
          onClick={() => host.post({ type: 'compare', before: other.source.hash, after: point.source.hash })}
        >
          Files Against {name}
        </button>
      ))}
    </div>
  );
}
