import { memo } from 'preact/compat';
import { useLayoutEffect, useRef } from 'preact/hooks';

type SafeHtml = typeof import('./safe-html');

let safeHtml: SafeHtml | undefined;
let loading: Promise<void> | undefined;

/**
 * Loads what makes nodes of Markdown and source, which is most of a page: what needs none of it is drawn before. When
 * it cannot be had, texts are shown as they are.
 * @returns undefined once it is there
 */
export function loadRichText(): Promise<void> | undefined {
  if (safeHtml) return undefined;
  loading ??= import('./safe-html').then(
    (loaded) => {
      safeHtml = loaded;
    },
    (error: unknown) => {
      console.error('Texts are shown as they are:', error);
      safeHtml = { markdownNodes: asItIs, codeNodes: asItIs };
    },
  );
  return loading;
}

function asItIs(text: string): DocumentFragment {
  const nodes = document.createDocumentFragment();
  nodes.append(text);
  return nodes;
}

/** Markdown from a model or a server. Its links are followed by the host (see `followLinks`). */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(safeHtml?.markdownNodes(text) ?? text), [text]);
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
  useLayoutEffect(
    () => place.current?.replaceChildren(safeHtml?.codeNodes(source, language) ?? source),
    [source, language],
  );
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
