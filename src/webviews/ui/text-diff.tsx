import { memo } from 'preact/compat';
import { useMemo, useState } from 'preact/hooks';
import { counted } from './format';
import { type DiffLine, type DiffPiece, diffLines, foldUnchanged } from './line-diff';

const signs = { same: ' ', added: '+', removed: '−' };

/** What becomes of a text, line by line under each other; reachable by keyboard because it scrolls. */
export const TextDiff = memo(function TextDiff({
  before,
  after,
  label,
}: {
  before: string;
  after: string;
  label: string;
}) {
  const pieces = useMemo(() => foldUnchanged(diffLines(before, after)), [before, after]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    <section class="text-diff" tabIndex={0} aria-label={label}>
      <table>
        <thead class="text-diff-head">
          <tr>
            <th scope="col">Line before</th>
            <th scope="col">Line after</th>
            <th scope="col">Change</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        {pieces.map((piece, place) => (
          <Piece key={place} piece={piece} />
        ))}
      </table>
    </section>
  );
});

function Piece({ piece: { folded, lines } }: { piece: DiffPiece }) {
  const [open, setOpen] = useState(!folded);
  return (
    <tbody>
      {open ? (
        lines.map((line) => <Line key={`${line.before}-${line.after}`} line={line} />)
      ) : (
        <tr class="text-diff-fold">
          <td colSpan={4}>
            <button type="button" class="link" onClick={() => setOpen(true)}>
              {`Show ${counted(lines.length, 'unchanged line')}`}
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Line({ line: { kind, before, after, text } }: { line: DiffLine }) {
  return (
    <tr class={`text-diff-${kind}`}>
      <td class="text-diff-number">{before}</td>
      <td class="text-diff-number">{after}</td>
      <td class="text-diff-sign">{signs[kind]}</td>
      <td class="text-diff-text">
        {kind === 'added' ? <ins>{text}</ins> : kind === 'removed' ? <del>{text}</del> : text}
      </td>
    </tr>
  );
}
