import { useEffect, useState } from 'preact/hooks';
import { Analyze } from './analyze';
import { Banner } from './banner';
import { Header } from './header';
import type { StudioKept, StudioSession } from './messages';
import type { StudioHost, StudioModel } from './model';
import { Pending } from './pending';
import { Steps } from './steps-tab';
import { type Tab, Tabs } from './tabs';
import { PromptTab, ToolsTab } from './texts';

/** The trace of one session, with a replay beside it when there is one. */
export function App({ host, model }: { host: StudioHost; model: StudioModel }) {
  const [tab, setTab] = useState<Tab>(host.kept.tab ?? 'steps');
  const [marked, setMarked] = useState<readonly number[]>(host.kept.marked ?? []);
  const keep = (part: Partial<StudioKept>) => host.keep(part);
  const { session, replay, analysis, check, wanted } = model;
  useEffect(() => {
    if (wanted) setTab('steps');
  }, [wanted]);
  const trace = session?.trace;
  if (!session || !trace) {
    return <Unread session={session} host={host} />;
  }
  const choose = (next: Tab) => {
    setTab(next);
    keep({ tab: next });
  };
  const mark = (steps: readonly number[]) => {
    setMarked(steps);
    keep({ marked: [...steps] });
  };
  return (
    <main class="studio">
      {(session.reading || replay?.phase === 'starting' || replay?.phase === 'running') && (
        <div class="progress" role="progressbar" aria-label="Working" />
      )}
      <Header session={session} trace={trace} host={host} />
      {session.problem && <Banner text={session.problem} host={host} />}
      {!session.problem && session.unfollowed && <Banner text={session.unfollowed} host={host} />}
      <Pending model={model} host={host} />
      <Tabs
        tab={tab}
        onTab={choose}
        counts={{ steps: trace.steps.length, tools: Array.isArray(trace.tools) ? trace.tools.length : 0 }}
      />
      <div class="tab-panel" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === 'steps' && (
          <>
            <Steps
              session={session}
              trace={trace}
              replay={replay}
              host={host}
              wanted={wanted}
              marked={marked}
              onMark={mark}
            />
            {!session.fromFile && (marked.length > 0 || analysis) && (
              <Analyze
                marked={marked}
                analysis={analysis}
                check={check}
                host={host}
                onClear={() => mark([])}
              />
            )}
          </>
        )}
        {tab === 'prompt' && <PromptTab trace={trace} replay={replay?.trace} host={host} />}
        {tab === 'tools' && <ToolsTab trace={trace} />}
      </div>
    </main>
  );
}

function Unread({ session, host }: { session: StudioSession | undefined; host: StudioHost }) {
  if (!session?.problem) {
    return (
      <main class="studio studio-empty" aria-busy="true">
        <div class="progress" role="progressbar" aria-label="Reading the session" />
      </main>
    );
  }
  return (
    <main class="studio studio-empty">
      <h1>The session could not be read</h1>
      <p role="alert">{session.problem}</p>
      <button type="button" class="button" onClick={() => host.post({ type: 'refresh' })}>
        Try Again
      </button>
    </main>
  );
}
