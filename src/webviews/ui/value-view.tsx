import { useState } from 'preact/hooks';
import { pretty } from './format';
import { JsonTree } from './json-tree';
import { Code } from './rich-text';

/** A result: as the server formatted it, or the raw value as a tree of JSON. */
export function ValueView({ formatted, raw, label }: { formatted: string; raw: unknown; label: string }) {
  const [asJson, setAsJson] = useState(false);
  const hasBoth = raw !== undefined && formatted !== '';
  const showRaw = raw !== undefined && (asJson || formatted === '');
  return (
    <div class="value">
      {hasBoth && (
        <fieldset class="segments value-switch" aria-label={`How to show: ${label}`}>
          <button type="button" aria-pressed={!showRaw} onClick={() => setAsJson(false)}>
            Formatted
          </button>
          <button type="button" aria-pressed={showRaw} onClick={() => setAsJson(true)}>
            JSON
          </button>
        </fieldset>
      )}
      {showRaw ? (
        <JsonTree value={raw} label={label} />
      ) : (
        <Code source={formatted || pretty(raw)} language={languageOf(formatted)} label={label} />
      )}
    </div>
  );
}

function languageOf(text: string): string {
  return /^\s*[[{"]/.test(text) ? 'json' : 'text';
}
