import type { StudioHost } from './model';

/** What can be done with a text that a page shows. @param language of the editor that opens it */
export function TextButtons({ text, language, host }: { text: string; language: string; host: StudioHost }) {
  return (
    <>
      <button type="button" class="link" onClick={() => host.post({ type: 'show', text, language })}>
        Open in Editor
      </button>
      <button type="button" class="link" onClick={() => host.post({ type: 'copy', text })}>
        Copy
      </button>
    </>
  );
}
