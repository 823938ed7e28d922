import { useState } from 'preact/hooks';
import { brief, integer } from './format';
import { Icon } from './icon';

/** Rows of one level drawn at a time; more come on request. */
const page = 100;

/** A JSON value as a tree whose branches open one by one, so that a huge value costs what is open. */
export function JsonTree({ value, label }: { value: unknown; label: string }) {
  return (
    <ul class="json-tree" aria-label={label}>
      <Branch name="" value={value} depth={0} />
    </ul>
  );
}

function Branch({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  const [open, setOpen] = useState(depth < 1);
  const [shown, setShown] = useState(page);
  if (typeof value !== 'object' || value === null) {
    return (
      <li class="json-row json-leaf">
        {name !== '' && <span class="json-key">{name}: </span>}
        <span class={`json-${value === null ? 'null' : typeof value}`}>
          {typeof value === 'string' ? JSON.stringify(value) : String(value)}
        </span>
      </li>
    );
  }
  const entries = Object.entries(value);
  const kind = Array.isArray(value) ? `[${integer(entries.length)}]` : `{${integer(entries.length)}}`;
  return (
    <li class="json-row">
      <button type="button" class="json-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} />
        {name !== '' && <span class="json-key">{name}: </span>}
        <span class="json-kind">{kind}</span>
        {!open && <span class="json-brief">{brief(value, 80)}</span>}
      </button>
      {open && (
        <ul>
          {entries.slice(0, shown).map(([key, child]) => (
            <Branch key={key} name={key} value={child} depth={depth + 1} />
          ))}
          {entries.length > shown && (
            <li class="json-row json-leaf">
              <button type="button" class="link" onClick={() => setShown(shown + 10 * page)}>
                Show more of {integer(entries.length - shown)}
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
