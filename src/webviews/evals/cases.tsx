import { integer } from '../ui/format';
import { Icon } from '../ui/icon';
import type { Point } from './points';
import { type Deployed, deployedBefore, newestOf, type Series, type Trend } from './trend';
import { passText, scoreText } from './words';

const width = 90;
const height = 18;
/** How many points a small picture shows, the newest. */
const drawn = 30;

/** Every case with its newest score, how that stands to the last deployed version, and a small picture. */
export function Cases({
  trend,
  chosen,
  present,
  onShow,
}: {
  trend: Trend;
  chosen: Series;
  /** Names of the cases that the files have now. */
  present: readonly string[];
  onShow: (caseName: string) => void;
}) {
  const worse = new Set(trend.regressions.map(({ caseName }) => caseName));
  return (
    <section class="cases">
      <h2>Cases</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse */}
      <section class="table-place" tabIndex={0} aria-label="Cases">
        <table>
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">Newest</th>
              <th scope="col">Since deployed</th>
              <th scope="col">Passed</th>
              <th scope="col" class="spark-column">
                Trend
              </th>
            </tr>
          </thead>
          <tbody>
            {[trend.suite, ...trend.cases].map((series) => (
              <Row
                key={series.name}
                series={series}
                isChosen={series === chosen}
                isWorse={worse.has(series.name)}
                isGone={series.name !== '' && present.length > 0 && !present.includes(series.name)}
                onShow={onShow}
              />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row({
  series,
  isChosen,
  isWorse,
  isGone,
  onShow,
}: {
  series: Series;
  isChosen: boolean;
  isWorse: boolean;
  isGone: boolean;
  onShow: (caseName: string) => void;
}) {
  const newest = newestOf(series);
  return (
    <tr class={isChosen ? 'row-chosen' : ''}>
      <th scope="row">
        <button type="button" class="link" aria-pressed={isChosen} onClick={() => onShow(series.name)}>
          {series.name || 'All cases'}
        </button>
        {isGone && <span class="quiet"> no longer in the files</span>}
      </th>
      <td class="number">
        {newest && (
          <span class={newest.passes ? 'good' : 'bad'}>
            <Icon name={newest.passes ? 'pass' : 'error'} />
            {scoreText(newest.score)}
          </span>
        )}
      </td>
      <td class="number">
        <span class={isWorse ? 'bad' : ''}>
          {newest && changeText(newest, deployedBefore(series, newest))}
        </span>
      </td>
      <td class="number">{newest ? passText(newest) : 'not run'}</td>
      <td class="spark-column">
        <Spark points={series.points.slice(-drawn)} />
      </td>
    </tr>
  );
}

/** @returns for example "−5.1 since v1.2.0", "" where there is nothing to compare with. */
function changeText(now: Point, deployed: Deployed | undefined): string {
  const before = deployed?.point;
  if (!before || before.score === null || now.score === null) return '';
  const change = now.score - before.score;
  const sign = Math.abs(change) < 0.05 ? '±' : change > 0 ? '+' : '−';
  return `${sign}${Math.abs(change).toFixed(1)} since v${deployed.semver}`;
}

function Spark({ points }: { points: readonly Point[] }) {
  const judged = points.flatMap(({ score }) => (score === null ? [] : [score]));
  const last = judged.at(-1);
  if (last === undefined) return null;
  const x = (index: number) => 4 + (index * (width - 8)) / Math.max(1, judged.length - 1);
  const y = (score: number) => height - 3 - (score / 10) * (height - 6);
  const line = judged.map(
    (score, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(score).toFixed(1)}`,
  );
  return (
    <svg
      class="spark"
      width={width}
      height={height}
      role="img"
      aria-label={`${integer(judged.length)} scores`}
    >
      <path class="line" d={line.join('')} />
      <circle class="dot" cx={x(judged.length - 1)} cy={y(last)} r="2.5" />
    </svg>
  );
}
