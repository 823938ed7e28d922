import { integer } from '../ui/format';

export type Tab = 'steps' | 'prompt' | 'tools';

const tabs: readonly Tab[] = ['steps', 'prompt', 'tools'];
const labels: Record<Tab, string> = { steps: 'Steps', prompt: 'System Prompt', tools: 'Tools' };

/** The tabs of the page; arrow keys move between them. */
export function Tabs({
  tab,
  counts,
  onTab,
}: {
  tab: Tab;
  counts: { steps: number; tools: number };
  onTab: (tab: Tab) => void;
}) {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    if (by !== 0 && next) {
      event.preventDefault();
      onTab(next);
      document.getElementById(`tab-${next}`)?.focus();
    }
  };
  return (
    <div class="tabs" role="tablist" aria-label="What to show" tabIndex={-1} onKeyDown={onKeyDown}>
      {tabs.map((one) => (
        <button
          type="button"
          role="tab"
          key={one}
          id={`tab-${one}`}
          class="tab"
          aria-selected={one === tab}
          aria-controls={one === tab ? `panel-${one}` : undefined}
          tabIndex={one === tab ? 0 : -1}
          onClick={() => onTab(one)}
        >
          {labels[one]}
          {one !== 'prompt' && <span class="badge">{integer(counts[one])}</span>}
        </button>
      ))}
    </div>
  );
}
