import type { ComponentChildren } from 'preact';
import { memo } from 'preact/compat';
import { useLayoutEffect } from 'preact/hooks';
import { brief, duration, oneLine, pretty } from '../ui/format';
import { Icon, IconButton } from '../ui/icon';
import { InputForm } from '../ui/input-form';
import { JsonTree } from '../ui/json-tree';
import { callIcon, withoutName } from '../ui/kinds';
import { Code, Markdown } from '../ui/rich-text';
import { type Place, placeLabel, skillsIn } from '../ui/skills';
import { ValueView } from '../ui/value-view';
import type { Block, Item, Question } from './items';
import type { TurnActions } from './model';

interface ItemProps {
  item: Item;
  name: string;
  folds: Record<string, boolean>;
  onFold: (key: string, open: boolean) => void;
  actions: TurnActions;
}

/** One thing that the agent said, did or asked. */
export const ItemView = memo(function ItemView({ item, name, folds, onFold, actions }: ItemProps) {
  const fold = { open: folds[name], onToggle: (open: boolean) => onFold(name, open) };
  switch (item.kind) {
    case 'text':
      return <Markdown text={item.text} />;
    case 'answer':
      return (
        <div class="answer">
          <Markdown text={item.text} />
        </div>
      );
    case 'event':
      return (
        <div class={`step step-flat${item.failed ? ' step-failed' : ''}`} title={item.text}>
          <Icon name={item.failed ? 'error' : callIcon(item.label)} />
          <span class="step-label">{item.label}</span>
          <span class="step-text">{withoutName(oneLine(item.text), item.label)}</span>
          {item.place && <PlaceLink place={item.place} actions={actions} />}
        </div>
      );
    case 'data':
      return (
        <Fold icon="database" label="Data" text={dataText(item.changes)} {...fold}>
          <JsonTree value={item.changes} label="Data that changed" />
        </Fold>
      );
    case 'block':
      return <BlockView block={item} actions={actions} {...fold} />;
    case 'question':
      return <QuestionView question={item} actions={actions} />;
    case 'opaque':
      return (
        <Fold icon="circle-outline" label={item.type} text={brief(item.payload, 80)} {...fold}>
          <Code source={pretty(item.payload)} language="json" label={`Event ${item.type}`} />
        </Fold>
      );
  }
});

function QuestionView({ question, actions }: { question: Question; actions: TurnActions }) {
  const { request, state, answer, problem, place } = question;
  const { request_id: id } = request;
  useLayoutEffect(() => {
    // Until the server has it, an answer may be refused, and is to be given again.
    if (state === 'settled' && actions.typedAnswer(id) !== '') {
      actions.typeAnswer(id, '');
    }
  }, [state, id, actions]);
  return (
    <>
      <InputForm
        request={request}
        state={state}
        answer={answer}
        typed={actions.typedAnswer(id)}
        onType={(text) => actions.typeAnswer(id, text)}
        onAnswer={(value) => actions.answer(id, value)}
      />
      {problem && (
        <p class="inline-error" role="alert">
          {problem}
        </p>
      )}
      {place && (
        <div class="step-links">
          <PlaceLink place={place} actions={actions} />
        </div>
      )}
    </>
  );
}

function dataText(changes: Record<string, unknown>): string {
  return Object.entries(changes)
    .map(([key, value]) => `${key} = ${brief(value, 40)}`)
    .join(', ');
}

interface FoldState {
  open: boolean | undefined;
  onToggle: (open: boolean) => void;
}

const blockIcons = { running: 'loading', ok: 'pass', failed: 'error', cut: 'circle-slash' };
const blockWords = { running: 'running', ok: 'ran', failed: 'failed', cut: 'cut short' };

function BlockView({ block, actions, open, onToggle }: { block: Block; actions: TurnActions } & FoldState) {
  const title = block.tool || 'JavaScript';
  const meta = block.durationMs === undefined ? '' : duration(block.durationMs);
  const hasOutcome = block.state === 'ok' || block.state === 'failed';
  const outcome = hasOutcome ? oneLine(block.formatted || brief(block.raw)) : '';
  return (
    <Fold
      icon={blockIcons[block.state]}
      spin={block.state === 'running'}
      tone={block.state}
      label={title}
      text={outcome || oneLine(block.source)}
      meta={meta}
      state={blockWords[block.state]}
      open={open}
      byDefault={block.state === 'failed'}
      onToggle={onToggle}
    >
      {block.source && <Code source={block.source} language="javascript" label={`Source: ${title}`} />}
      {block.state === 'ok' && (block.formatted !== '' || block.raw !== undefined) && (
        <ValueView formatted={block.formatted} raw={block.raw} label="Result" />
      )}
      {block.state === 'failed' && <pre class="failure">{block.formatted}</pre>}
      {block.state === 'cut' && <p class="cut">The run ended before this block did.</p>}
      <BlockLinks block={block} actions={actions} />
    </Fold>
  );
}

function PlaceLink({ place, actions }: { place: Place; actions: TurnActions }) {
  const { file, line, column } = place;
  return (
    <button type="button" class="link" onClick={() => actions.skill(file, line, column)}>
      {placeLabel(place)}
    </button>
  );
}

/** Ways from a block to the editor: its source, the skills that it names, the line where it failed. */
function BlockLinks({ block, actions }: { block: Block; actions: TurnActions }) {
  const { source, place } = block;
  return (
    <div class="step-links">
      {place && <PlaceLink place={place} actions={actions} />}
      {skillsIn(source).map((name) => (
        <button type="button" class="link" key={name} onClick={() => actions.skill(name)}>
          {name}
        </button>
      ))}
      {source && !block.tool && (
        <span class="step-icons">
          <IconButton name="copy" label="Copy the code" onClick={() => actions.copy(source)} />
          <IconButton
            name="go-to-file"
            label="Open the code in an editor"
            onClick={() => actions.show(source, 'javascript')}
          />
        </span>
      )}
    </div>
  );
}

function Fold({
  icon,
  label,
  text,
  meta = '',
  state = '',
  tone = '',
  spin = false,
  open,
  byDefault = false,
  onToggle,
  children,
}: {
  icon: string;
  label: string;
  text: string;
  meta?: string;
  state?: string;
  tone?: string;
  spin?: boolean;
  byDefault?: boolean;
  children: ComponentChildren;
} & FoldState) {
  const isOpen = open ?? byDefault;
  return (
    <section class={`step${tone ? ` step-${tone}` : ''}`}>
      <button type="button" class="step-head" aria-expanded={isOpen} onClick={() => onToggle(!isOpen)}>
        <Icon name={icon} spin={spin} />
        <span class="step-label">{label}</span>
        {state && <span class="hidden-text">{state}</span>}
        <span class="step-text">{text}</span>
        {meta && <span class="step-meta">{meta}</span>}
        <span class="step-chevron">
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        </span>
      </button>
      {isOpen && <div class="step-body">{children}</div>}
    </section>
  );
}
