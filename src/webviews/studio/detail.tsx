import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Prices, Trace } from '../../protocol';
import { inputRequestOf } from '../../protocol/input-request';
import { promptOf, toldBefore } from '../../protocol/told';
import { cost, duration, tokenCount } from '../ui/format';
import { Icon } from '../ui/icon';
import { InputForm } from '../ui/input-form';
import { JsonTree } from '../ui/json-tree';
import { failureOf, objectOf } from '../ui/record';
import { Code, Markdown } from '../ui/rich-text';
import { type Place, placeLabel, placeOf, skillsIn } from '../ui/skills';
import { ValueView } from '../ui/value-view';
import { dataChanges } from './conversation';
import { DataDiff } from './data-diff';
import type { StudioHost } from './model';
import type { ReplayStart } from './replay-form';
import { stepBill } from './spending';
import { answerTo, type StepLine } from './steps';

/** Everything known of one step. */
export function Detail({
  line,
  trace,
  title,
  host,
  prices,
  canEdit,
  canAnswer,
  onReplay,
}: {
  line: StepLine;
  trace: Trace;
  title: string;
  host: StudioHost;
  prices: Prices;
  /** A replay may put another value in the place of what the step gave. */
  canEdit: boolean;
  /** A question that waits can be answered. */
  canAnswer: boolean;
  onReplay?: (start: ReplayStart) => void;
}) {
  const { step, record, icon, label, failed } = line;
  const [raw, setRaw] = useState(false);
  const { prompt, completion } = record.tokens;
  const { recorded_from: from, edited, model } = record.args;
  const bill = stepBill(trace, step, prices);
  const facts = [
    typeof from === 'number' ? `as recorded in step ${from}` : '',
    edited === true ? 'changed by hand' : '',
    record.durationMs === undefined ? '' : duration(record.durationMs),
    prompt + completion > 0 ? `${tokenCount(prompt)} in, ${completion} out` : '',
    bill ? cost(bill) : '',
    bill && typeof model === 'string' ? model : '',
    record.at > 0 ? new Date(record.at).toLocaleTimeString() : '',
  ].filter((fact) => fact !== '');
  return (
    <article class="detail">
      <header class="detail-head">
        <span class={failed ? 'detail-icon detail-failed' : 'detail-icon'}>
          <Icon name={icon} />
        </span>
        <div class="detail-title">
          <h2>
            {label} <span class="detail-index">step {step.step_index}</span>
          </h2>
          <p class="facts">{[title, ...facts].filter((fact) => fact !== '').join(' · ')}</p>
        </div>
        {onReplay && (
          <div class="buttons">
            <button
              type="button"
              class="button secondary"
              onClick={() => host.post({ type: 'save-eval', step: step.step_index })}
            >
              Save as Eval
            </button>
            {canEdit && gives(line) && (
              <button
                type="button"
                class="button secondary"
                onClick={() => onReplay({ fromStep: step.step_index + 1, edits: step })}
              >
                Change What It Gave
              </button>
            )}
            <button
              type="button"
              class="button secondary"
              onClick={() => onReplay({ fromStep: step.step_index })}
            >
              Replay from Here
            </button>
          </div>
        )}
      </header>
      <Body line={line} trace={trace} host={host} canAnswer={canAnswer} />
      <button type="button" class="link raw-switch" aria-expanded={raw} onClick={() => setRaw(!raw)}>
        {raw ? 'Hide the raw step' : 'Show the raw step'}
      </button>
      {raw && <JsonTree value={step} label="Raw step" />}
    </article>
  );
}

function Body({
  line,
  trace,
  host,
  canAnswer,
}: {
  line: StepLine;
  trace: Trace;
  host: StudioHost;
  canAnswer: boolean;
}) {
  const { record } = line;
  const { content, args } = record;
  switch (record.type) {
    case 'message':
      return <p class="said">{content}</p>;
    case 'response':
      return (
        <>
          <Markdown text={content} />
          <Asked line={line} trace={trace} />
        </>
      );
    case 'error':
      return <pre class="failure">{content || 'The server did not say why.'}</pre>;
    case 'data_update':
      return (
        <Part title="Changed">
          <JsonTree value={args} label="Data that changed" />
        </Part>
      );
    case 'input_request':
      return <Question line={line} trace={trace} host={host} canAnswer={canAnswer} />;
    case 'execute_js':
    case 'tool_call':
      return <Source line={line} trace={trace} host={host} />;
    case 'execute_js_result':
    case 'tool_result':
      return <Result line={line} trace={trace} host={host} />;
    case 'sandbox_event':
      return <Happened line={line} host={host} />;
    default:
      return (
        <>
          {content && <p class="said">{content}</p>}
          {Object.keys(args).length > 0 && <JsonTree value={args} label="Arguments" />}
        </>
      );
  }
}

function Source({ line, trace, host }: { line: StepLine; trace: Trace; host: StudioHost }) {
  const { record } = line;
  const { reply, recorded_from, model, cost, prompt_hash, system_prompt, ...args } = record.args;
  const skills = skillsIn(record.content);
  return (
    <>
      {record.content && (
        <Part
          title="Source"
          action={{
            label: 'Open in Editor',
            onClick: () => host.post({ type: 'show', text: record.content, language: 'javascript' }),
          }}
        >
          <Code source={record.content} language="javascript" label="Source" />
        </Part>
      )}
      {skills.length > 0 && (
        <Part title="Skills">
          <p class="skill-links">
            {skills.map((name) => (
              <button
                type="button"
                class="link"
                key={name}
                onClick={() => host.post({ type: 'skill', name })}
              >
                {name}
              </button>
            ))}
          </p>
        </Part>
      )}
      {Object.keys(args).length > 0 && (
        <Part title="Arguments">
          <JsonTree value={args} label="Arguments" />
        </Part>
      )}
      {typeof reply === 'string' && (
        <Part title="The model’s reply">
          <Code source={reply} language="text" label="The model’s reply" />
        </Part>
      )}
      {record.type === 'execute_js' && <Asked line={line} trace={trace} />}
    </>
  );
}

/** What the model was asked with: the system prompt of its run, and the conversation so far. */
function Asked({ line, trace }: { line: StepLine; trace: Trace }) {
  const [open, setOpen] = useState(false);
  const told = open ? toldBefore(trace.steps, line.step.step_index) : [];
  const prompt = open ? promptOf(trace.steps, line.step) : undefined;
  return (
    <section class="part">
      <button type="button" class="link raw-switch" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide what the model was told' : 'Show what the model was told'}
      </button>
      {open && (
        <ol class="told" aria-label="What the model was told">
          {prompt !== undefined && (
            <li>
              <h4>System prompt</h4>
              <Code source={prompt} language="text" label="System prompt" />
            </li>
          )}
          {told.map(({ role, content }, index) => (
            <li key={index}>
              <h4>{roles[role]}</h4>
              <Code source={content} language="text" label={roles[role]} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const roles = { user: 'You', assistant: 'Model', tool: 'Result of its block' };

/** True for steps that gave something which a replay can put another value in the place of; a message is asked anew. */
function gives({ record }: StepLine): boolean {
  return (
    record.type === 'execute_js_result' ||
    (record.type === 'sandbox_event' && typeof record.args.call === 'string')
  );
}

function Result({ line, trace, host }: { line: StepLine; trace: Trace; host: StudioHost }) {
  const { step, record } = line;
  const failure = failureOf(record);
  const { logs, data } = record.args;
  const changes = useMemo(
    () => (data === undefined ? [] : dataChanges(trace.steps, step)),
    [trace.steps, step],
  );
  const place = placeOf(record.args);
  return (
    <>
      {failure === undefined ? (
        <Part title="Result">
          <ValueView formatted={record.content} raw={record.result} label="Result" />
        </Part>
      ) : (
        <Part
          title="Error"
          {...(place
            ? {
                action: {
                  label: placeLabel(place),
                  onClick: () => goTo(host, place),
                },
              }
            : {})}
        >
          <pre class="failure">{failure}</pre>
        </Part>
      )}
      {Array.isArray(logs) && (
        <Part title="Logged">
          <Code source={logs.map(String).join('\n')} language="text" label="Logged" />
        </Part>
      )}
      {changes.length > 0 && (
        <Part title="What it did to the data">
          <DataDiff changes={changes} />
        </Part>
      )}
      {data !== undefined && (
        <Part title="Data after it">
          <JsonTree value={objectOf(data)} label="Data after it" />
        </Part>
      )}
    </>
  );
}

function goTo(host: StudioHost, { file: name, line, column }: Place): void {
  host.post({ type: 'skill', name, line, column });
}

function Question({
  line: { step, record },
  trace,
  host,
  canAnswer,
}: {
  line: StepLine;
  trace: Trace;
  host: StudioHost;
  canAnswer: boolean;
}) {
  const { args } = record;
  const request = inputRequestOf(args);
  if (!request) {
    return <JsonTree value={args} label="Arguments" />;
  }
  const answer = answerTo(trace.steps, step);
  const waits = trace.session.status === 'waiting' && trace.steps.at(-1) === step;
  return (
    <>
      {waits ? (
        <p class="said">
          {request.message}{' '}
          {canAnswer
            ? 'The run waits for the answer, above.'
            : 'The run waited for the answer when this was saved.'}
        </p>
      ) : (
        <InputForm
          request={request}
          state={answer === undefined ? 'lapsed' : 'settled'}
          answer={answer}
          onAnswer={() => undefined}
        />
      )}
      <PlaceLink args={args} host={host} />
    </>
  );
}

/** Leads to the line of the skill that made a call or asked a question, where it is known. */
function PlaceLink({ args, host }: { args: Record<string, unknown>; host: StudioHost }) {
  const place = placeOf(args);
  return place ? (
    <button type="button" class="link" onClick={() => goTo(host, place)}>
      {placeLabel(place)}
    </button>
  ) : null;
}

function Happened({ line, host }: { line: StepLine; host: StudioHost }) {
  const { record, failed } = line;
  const { args, value, kind } = record.args;
  if (kind === undefined || kind === 'text') {
    return <Markdown text={record.content} />;
  }
  return (
    <>
      {failed ? <pre class="failure">{record.content}</pre> : <p class="said">{line.summary}</p>}
      <PlaceLink args={record.args} host={host} />
      {args !== undefined && (
        <Part title="Called with">
          <JsonTree value={args} label="Called with" />
        </Part>
      )}
      {value !== undefined && (
        <Part title="Gave">
          <JsonTree value={value} label="Gave" />
        </Part>
      )}
    </>
  );
}

function Part({
  title,
  action,
  children,
}: {
  title: string;
  action?: { label: string; onClick: () => void };
  children: ComponentChildren;
}) {
  return (
    <section class="part">
      <div class="text-head">
        <h3>{title}</h3>
        {action && (
          <button type="button" class="link" onClick={action.onClick}>
            {action.label}
          </button>
        )}
      </div>
      {children}
    </section>
  );
}
