import { useEffect, useMemo, useState } from 'preact/hooks';
import { counted } from '../ui/format';
import { Icon } from '../ui/icon';
import { Cases } from './cases';
import { Head } from './head';
import type { EvalsKept, EvalsResult, EvalsState, EvalsTarget } from './messages';
import type { EvalsHost, EvalsModel } from './model';
import { Picture } from './picture';
import { type Regression, type Series, type Trend, trendOf } from './trend';
import { fallText, regressionsHead } from './words';

/** How an agent's evals went: what got worse, the picture over time, and every case. */
export function App({ host, model }: { host: EvalsHost; model: EvalsModel }) {
  const { state } = model;
  if (!state) {
    return <Working label="Reading the history of evals" />;
  }
  return <Evals host={host} state={state} wanted={model.wanted} />;
}

function Evals({
  host,
  state,
  wanted,
}: {
  host: EvalsHost;
  state: EvalsState;
  wanted: EvalsModel['wanted'];
}) {
  const [caseName, setCaseName] = useState(host.kept.caseName ?? '');
  const [target, setTarget] = useState<EvalsTarget>(host.kept.target ?? 'all');
  const keep = (part: Partial<EvalsKept>) => host.keep(part);
  const { results, deployments, cases } = state;
  const shown = useMemo(() => of(results ?? [], target), [results, target]);
  const trend = useMemo(() => {
    const all = trendOf(results ?? [], deployments, cases);
    // A case that does worse does so whichever results are looked at.
    return target === 'all' ? all : { ...trendOf(shown, deployments, cases), regressions: all.regressions };
  }, [results, shown, target, deployments, cases]);
  const choose = (next: EvalsTarget) => {
    setTarget(next);
    keep({ target: next });
  };
  const show = (name: string) => {
    setCaseName(name);
    keep({ caseName: name });
  };
  useEffect(() => wanted && show(wanted.caseName), [wanted]);
  const chosen = trend.cases.find(({ name }) => name === caseName) ?? trend.suite;
  return (
    <main class="evals">
      {state.reading && <div class="progress" role="progressbar" aria-label="Reading" />}
      <Head
        state={state}
        target={target}
        caseName={chosen.name}
        cases={trend.cases.map(({ name }) => name)}
        host={host}
        onCase={show}
        onTarget={choose}
      />
      {state.problem && (
        <p class="banner" role="alert">
          {state.problem}
        </p>
      )}
      <Regressions
        regressions={trend.regressions}
        onShow={(name) => {
          choose('all');
          show(name);
        }}
      />
      {results === undefined ? (
        !state.problem && <p class="nothing">Reading the history…</p>
      ) : shown.length === 0 ? (
        <Empty state={state} target={target} host={host} />
      ) : (
        <History trend={trend} chosen={chosen} state={state} host={host} onShow={show} />
      )}
    </main>
  );
}

function History({
  trend,
  chosen,
  state,
  host,
  onShow,
}: {
  trend: Trend;
  chosen: Series;
  state: EvalsState;
  host: EvalsHost;
  onShow: (caseName: string) => void;
}) {
  return (
    <>
      <Picture key={`${state.agent} ${chosen.name}`} series={chosen} host={host} />
      <Cases trend={trend} chosen={chosen} present={state.cases} onShow={onShow} />
    </>
  );
}

function Regressions({
  regressions,
  onShow,
}: {
  regressions: readonly Regression[];
  onShow: (caseName: string) => void;
}) {
  if (regressions.length === 0) return null;
  return (
    <section class="regressions" aria-labelledby="regressions-head">
      <h2 id="regressions-head">
        <Icon name="warning" />
        {regressionsHead(regressions)}
      </h2>
      <ul>
        {regressions.map((one) => (
          <li key={one.caseName}>
            <button type="button" class="link" onClick={() => onShow(one.caseName)}>
              {one.caseName}:
            </button>{' '}
            {fallText(one)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Empty({ state, target, host }: { state: EvalsState; target: EvalsTarget; host: EvalsHost }) {
  if (state.agents.length === 0) {
    return (
      <div class="empty">
        <h2>No evals yet</h2>
        <p>
          No agent of this workspace has eval cases. An eval says what a person asks, and what a good answer
          does.
        </p>
      </div>
    );
  }
  const all = state.results?.length ?? 0;
  return (
    <div class="empty">
      <h2>
        {target === 'all'
          ? 'Not run yet'
          : `No results over what is ${target === 'live' ? 'live' : 'the draft'}`}
      </h2>
      <p>
        {all === 0
          ? 'Each run of the evals adds a point to the picture: one for each state of the agent’s files.'
          : `There are ${counted(all, 'result')} of other runs.`}
      </p>
      {state.cases.length > 0 && (
        <button type="button" class="button" onClick={() => host.post({ type: 'run' })}>
          Run Evals
        </button>
      )}
    </div>
  );
}

function Working({ label }: { label: string }) {
  return (
    <main class="evals" aria-busy="true">
      <div class="progress" role="progressbar" aria-label={label} />
    </main>
  );
}

function of(results: readonly EvalsResult[], target: EvalsTarget): readonly EvalsResult[] {
  return target === 'all' ? results : results.filter((one) => one.target === target);
}
