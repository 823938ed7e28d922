import { useState } from 'preact/hooks';
import { integer } from '../ui/format';
import { JsonTree } from '../ui/json-tree';
import { firstDifference, type ValueChange } from './value-diff';

/** Rows drawn at a time; more come on request. */
const page = 50;

/** Characters of a value that are shown at once; the rest is folded. */
const most = 200;

/** What became of values: each place that differs, as it was and as it is. */
export function DataDiff({ changes }: { changes: readonly ValueChange[] }) {
  const [shown, setShown] = useState(page);
  return (
    <>
      <table class="data-diff">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, shown).map(({ path, before, after }) => {
            const [one, other] = [textOf(before), textOf(after)];
            const from = before === undefined || after === undefined ? 0 : firstDifference(one, other);
            return (
              <tr key={path}>
                <th scope="row">{path}</th>
                <td class={before === undefined ? 'data-none' : 'data-before'}>
                  {before === undefined ? 'not there' : <Value value={before} text={one} from={from} />}
                </td>
                <td class={after === undefined ? 'data-none' : 'data-after'}>
                  {after === undefined ? 'removed' : <Value value={after} text={other} from={from} />}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {changes.length > shown && (
        <button type="button" class="link" onClick={() => setShown(shown + 10 * page)}>
          Show more of {integer(changes.length - shown)}
        </button>
      )}
    </>
  );
}

/** A value; a long one folded, shown from where it differs. @param from where its text is shown from */
function Value({ value, text, from }: { value: unknown; text: string; from: number }) {
  if (text.length <= most) {
    return <>{text}</>;
  }
  const start = Math.min(from, text.length - 1);
  const part = text.slice(start, start + most);
  return (
    <details>
      <summary>{`${start > 0 ? '…' : ''}${part}${start + most < text.length ? '…' : ''}`}</summary>
      {typeof value === 'string' ? <pre>{value}</pre> : <JsonTree value={value} label="Whole value" />}
    </details>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
