import { memo } from 'preact/compat';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { codeNodes, markdownNodes } from './safe-html';

/** Markdown from a model or a server. Its links are followed by the host (see `followLinks`). */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(markdownNodes(text)), [text]);
  return <div class="markdown" ref={place} />;
});

/** Source or data in a box that scrolls; reachable by keyboard because it may be wider than the page. */
export const Code = memo(function Code({
  source,
  language,
  label,
}: {
  source: string;
  language: string;
  label: string;
}) {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(codeNodes(source, language)), [source, language]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    <section class="code" tabIndex={0} aria-label={label}>
      <pre>
        <code class="hljs" ref={place} />
      </pre>
    </section>
  );
});

/** Sends every click on a link to the host, which asks the person before it leaves the editor. */
export function followLinks(open: (href: string) => void): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    const href = link?.getAttribute('href');
    if (href) {
      event.preventDefault();
      open(href);
    }
  });
}
