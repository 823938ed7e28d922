import type { StudioHost } from './model';

/** Says what went wrong above what is shown. @param host where reading again may mend it */
export function Banner({ text, host }: { text: string; host?: StudioHost }) {
  return (
    <div class="banner" role="alert">
      <span>{text}</span>
      {host && (
        <button type="button" class="link" onClick={() => host.post({ type: 'refresh' })}>
          Refresh
        </button>
      )}
    </div>
  );
}
