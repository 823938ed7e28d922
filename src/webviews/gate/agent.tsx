import { useState } from 'preact/hooks';
import { integer } from '../ui/format';
import { Icon } from '../ui/icon';
import { Case } from './case';
import type { GateAgent, GateCase } from './messages';
import type { GateHost } from './model';
import { groupText, kinds } from './words';

/** Up to how many cases of an agent are shown without a click, whatever they came to. */
const few = 8;
/** How many of the cases that stand in the way are shown at first. */
const firstBad = 10;

const icons: Record<GateAgent['kind'], string> = {
  passed: 'pass',
  failed: 'error',
  open: 'circle-outline',
};

/** An agent that evals decide on: the verdict, what stands in the way, and everything else folded away where it is much. */
export function Agent({ agent, host }: { agent: GateAgent; host: GateHost }) {
  const { id, name, kind, sentence, note, cases } = agent;
  const groups = kinds.flatMap((kind) => {
    const own = cases.filter((one) => one.kind === kind);
    return own.length > 0 ? [{ kind, own }] : [];
  });
  const head = `agent-${id}`;
  return (
    <section class="agent" aria-labelledby={head}>
      <h2 id={head}>
        <span class={kind === 'passed' ? 'good' : kind === 'failed' ? 'bad' : 'quiet'}>
          <Icon name={icons[kind]} />
        </span>
        {name}
      </h2>
      <p>{sentence}</p>
      {note && <p class="quiet">{note}</p>}
      {groups.map(({ kind, own }) =>
        kind === 'failed' || kind === 'unjudged' ? (
          <Bad key={kind} agent={id} cases={own} label={groupText(kind, own.length)} host={host} />
        ) : (
          <details key={kind} class="group" open={cases.length <= few}>
            <summary>{groupText(kind, own.length)}</summary>
            <List agent={id} cases={own} host={host} />
          </details>
        ),
      )}
    </section>
  );
}

/** What stands in the way is open, yet no hundreds of it at once. */
function Bad({
  agent,
  cases,
  label,
  host,
}: {
  agent: string;
  cases: readonly GateCase[];
  label: string;
  host: GateHost;
}) {
  const [all, setAll] = useState(false);
  const rest = all ? 0 : Math.max(0, cases.length - firstBad);
  return (
    <div class="group">
      <h3>{label}</h3>
      <List agent={agent} cases={rest > 0 ? cases.slice(0, firstBad) : cases} host={host} />
      {rest > 0 && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show {integer(rest)} more
        </button>
      )}
    </div>
  );
}

function List({ agent, cases, host }: { agent: string; cases: readonly GateCase[]; host: GateHost }) {
  return (
    <ul class="cases">
      {cases.map((one) => (
        <Case key={one.path || one.name} agent={agent} shown={one} host={host} />
      ))}
    </ul>
  );
}
