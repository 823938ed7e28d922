import DOMPurify from 'dompurify';
import hljs from 'highlight.js/lib/core';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import { Marked, type Tokens } from 'marked';

hljs.registerLanguage('javascript', javascript);
hljs.registerLanguage('json', json);

/** Above this many characters colours cost more time than they give. */
const mostHighlighted = 100_000;

const aliases: Record<string, string> = { js: 'javascript', mjs: 'javascript', cjs: 'javascript' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one] ?? '&quot;');
}

function highlighted(source: string, language: string): string {
  const name = aliases[language] ?? language;
  return hljs.getLanguage(name) && source.length <= mostHighlighted
    ? hljs.highlight(source, { language: name, ignoreIllegals: true }).value
    : escaped(source);
}

const markdown = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // Markup that a model wrote is text like any other: it is shown, not obeyed.
    html: ({ text }) => escaped(text),
    // A page loads nothing from elsewhere: an image becomes a link that a person may follow.
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    code: ({ text, lang }: Tokens.Code) =>
      `<pre><code class="hljs">${highlighted(text, lang?.trim().toLowerCase() ?? '')}</code></pre>`,
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

const policy = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li'],
    ...['strong', 'em', 'del', 'code', 'pre', 'span', 'a'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['href', 'class', 'start'],
  ALLOWED_URI_REGEXP: /^(https?|mailto):/i,
  RETURN_DOM_FRAGMENT: true,
} as const;

/** Markdown as nodes that are safe to show: no scripts, styles, images or odd schemes. */
export function markdownNodes(text: string): DocumentFragment {
  return sanitised(markdown.parse(text, { async: false }));
}

/** Source text as coloured nodes. @param language "javascript", "json", or anything else for plain text */
export function codeNodes(source: string, language: string): DocumentFragment {
  return sanitised(highlighted(source, language));
}

function sanitised(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    ...policy,
    ALLOWED_TAGS: [...policy.ALLOWED_TAGS],
    ALLOWED_ATTR: [...policy.ALLOWED_ATTR],
  });
}
