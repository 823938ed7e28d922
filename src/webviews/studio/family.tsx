import { counted } from '../ui/format';
import { Icon } from '../ui/icon';
import type { StudioSession } from './messages';
import type { StudioHost } from './model';

/** The session among those that come from the same first one; they are looked for when a person opens this. */
export function Family({ session, host }: { session: StudioSession; host: StudioHost }) {
  const { family, id, looksForFamily } = session;
  return (
    <details
      class="family"
      onToggle={(event) => {
        if (event.currentTarget.open) {
          host.post({ type: 'family' });
        }
      }}
    >
      <summary>Family of replays{family.length > 0 ? `: ${counted(family.length, 'session')}` : ''}</summary>
      {looksForFamily && (
        <p class="family-looking" role="status">
          <Icon name="loading" spin /> Looking through the sessions of the server…
        </p>
      )}
      <ul aria-label="Family of replays">
        {family.map((one) => (
          <li key={one.id} style={{ paddingLeft: `${one.depth * 16}px` }}>
            {one.id === id ? (
              <strong>{one.title || 'Untitled session'}</strong>
            ) : (
              <button
                type="button"
                class="link"
                onClick={() => host.post({ type: 'open', sessionId: one.id })}
              >
                {one.title || 'Untitled session'}
              </button>
            )}
            <span class="family-facts">
              {[one.fromStep === undefined ? 'first' : `from step ${one.fromStep}`, one.status]
                .filter(Boolean)
                .join(' · ')}
            </span>
            {one.id !== id && (
              <button
                type="button"
                class="link"
                onClick={() => host.post({ type: 'open', sessionId: id, beside: one.id })}
              >
                Compare
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
