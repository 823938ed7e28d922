import type { JsonNode } from '../json/document';
import { nearest } from '../rules/suggest';
import type { Report } from './report';

const variable = /\$\{([A-Za-z_]\w*)\}/g;

/**
 * Reports each `${NAME}` of an agent's config that its `env` gives no value. Texts in `env` itself are left
 * alone: `"TOKEN": "${TOKEN}"` passes on what the server has.
 */
export function checkVariables(report: Report, env: Readonly<Record<string, string>>): void {
  const { document } = report;
  const walk = (node: JsonNode | undefined): void => {
    if (!node) return;
    for (const item of document.items(node)) walk(item);
    for (const { key, value } of document.fields(node)) {
      if (node !== document.root || key !== 'env') walk(value);
    }
    const text = document.string(node);
    for (const [written, name = ''] of text?.matchAll(variable) ?? []) {
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value) continue;
      const near = value === undefined ? nearest(name, Object.keys(env)) : undefined;
      report.addAt(
        'variable-without-value',
        document.rangeOfText(node, written),
        value === undefined
          ? `The variable "${name}" has no value: "env" does not name it.`
          : `The variable "${name}" has an empty value.`,
        near ? `Did you mean "${near}"?` : `Add "${name}" to "env".`,
        near ? { suggestion: `\${${near}}`, key: name } : { key: name },
      );
    }
  };
  walk(document.root);
}
