import { html, raw } from 'hono/html';
import type { OpenApiDocument, OpenApiOperation } from './document';

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8d8de, #3c3c44); --soft: light-dark(#5c5c66, #a8a8b3);
  --back: light-dark(#ffffff, #1b1b1f); --raised: light-dark(#f5f5f8, #26262b); --ink: light-dark(#1b1b1f, #ececf1);
  --link: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.25rem; }
h3 { margin: 1rem 0 .25rem; font-size: .95rem; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; background: var(--raised); }
summary { display: flex; flex-wrap: wrap; gap: .15rem .75rem; align-items: baseline; padding: .5rem .75rem; cursor: pointer; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.method { min-width: 4rem; font: 700 .8rem/1 ui-monospace, monospace; text-transform: uppercase; }
.what { color: var(--soft); }
.inside { padding: 0 .75rem .75rem; overflow-x: auto; scroll-margin-top: 4rem; }
code, pre { font: .85rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: .25rem 0; padding: .6rem; background: var(--back); border: 1px solid var(--line); border-radius: .3rem;
  white-space: pre-wrap; }
table { border-collapse: collapse; }
td { padding: .15rem 1rem .15rem 0; vertical-align: top; }
`;

/** Markup that escapes what is put into it. */
type Markup = ReturnType<typeof html>;

/**
 * Renders the document as one page without scripts.
 * @param nonce what the page's content security policy lets its style through by
 */
export function referencePage(document: OpenApiDocument, nonce: string): Markup {
  const { info, tags, paths, components } = document;
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const families = tags.map(({ name, description }) => {
    const own = rows.filter(({ operation }) => operation.tags.includes(name));
    return html`<h2 id="${anchor(name)}">${name}</h2><p class="what">${description}</p>${own.map((row) => section(row, document))}`;
  });
  // A browser that is led into what is closed opens it: so the name stands inside.
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      html`<details><summary><code>${name}</code></summary><div class="inside" id="schema-${name}">${json(schema)}</div></details>`,
  );
  const list = tags.map(({ name }) => html`<li><a href="#${anchor(name)}">${name}</a></li>`);
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API ${info.version}</title><style nonce="${nonce}">${raw(style)}</style></head>
<body><main><h1>${info.title} API <small class="what">${info.version}</small></h1>
<p>${info.description}</p>
<p>The same as a document for tools: <a href="openapi.json">openapi.json</a>.</p>
<nav aria-label="Families"><ul>${list}<li><a href="#schemas">Schemas</a></li></ul></nav>
${families}
<h2 id="schemas">Schemas</h2>${schemas}</main></body></html>
`;
}

interface Row {
  path: string;
  method: string;
  operation: OpenApiOperation;
}

function section({ path, method, operation }: Row, document: OpenApiDocument): Markup {
  const { operationId, summary, description, parameters = [], requestBody, responses, servers } = operation;
  const base = servers ? '' : (document.servers[0]?.url ?? '');
  const inputs = parameters.map(({ name, in: place, required, description: what, schema }) => {
    const more = [required ? 'required' : '', what ?? ''].filter(Boolean).join('; ');
    return html`<tr><td><code>${name}</code></td><td>${place}</td><td><code>${JSON.stringify(schema)}</code></td><td>${more}</td></tr>`;
  });
  const answers = Object.entries(responses).map(([status, response]) => {
    const own = '$ref' in response ? document.components.responses[`Error${status}`] : response;
    return html`<tr><td><code>${status}</code></td><td>${own?.description ?? ''}</td><td>${content(own?.content)}</td></tr>`;
  });
  return html`<details id="${operationId}"><summary><span class="method">${method}</span>
<code>${base}${path}</code> <span class="what">${summary}</span></summary><div class="inside">
${description ? html`<p>${description}</p>` : ''}
${operation['x-audit-action'] ? html`<p>In the audit log: <code>${operation['x-audit-action']}</code></p>` : ''}
${inputs.length > 0 ? html`<h3>Parameters</h3><table>${inputs}</table>` : ''}
${requestBody ? html`<h3>Body</h3>${content(requestBody.content)}` : ''}
<h3>Answers</h3><table>${answers}</table></div></details>`;
}

function content(types: Record<string, { schema: Record<string, unknown> }> = {}): Markup[] {
  return Object.entries(types).map(
    ([type, { schema }]) => html`<div><code>${type}</code> ${link(schema)}</div>`,
  );
}

/** A schema in a line: its name, leading to its definition. */
function link(schema: Record<string, unknown>): Markup | string {
  const { $ref: reference, items } = schema;
  if (typeof reference === 'string') {
    const name = reference.split('/').at(-1) ?? '';
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (typeof items === 'object' && items !== null) return html`list of ${link({ ...items })}`;
  return String(schema.type ?? '');
}

/** A schema in full, its references leading to their definitions. */
function json(schema: unknown): Markup {
  const parts = JSON.stringify(schema, null, 2)
    .split(/(#\/components\/schemas\/\w+)/)
    .map((part) =>
      part.startsWith('#/') ? html`<a href="#schema-${part.split('/').at(-1)}">${part}</a>` : part,
    );
  return html`<pre>${parts}</pre>`;
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/\W+/g, '-');
}
