import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Trace } from '../../protocol';
import { InputRequest } from '../../protocol/events';
import { brief, duration, tokenCount } from '../ui/format';
import { Icon } from '../ui/icon';
import { InputForm } from '../ui/input-form';
import { JsonTree } from '../ui/json-tree';
import { failureOf, objectOf } from '../ui/record';
import { Code, Markdown } from '../ui/rich-text';
import { placeOf, skillsIn } from '../ui/skills';
import { ValueView } from '../ui/value-view';
import { conversationBefore, dataChanges } from './conversation';
import type { StudioHost } from './model';
import type { ReplayStart } from './replay-form';
import { answerTo, type StepLine } from './steps';

/** Everything known of one step. */
export function Detail({
  line,
  trace,
  title,
  host,
  canEdit,
  onReplay,
}: {
  line: StepLine;
  trace: Trace;
  title: string;
  host: StudioHost;
  /** A replay may put another value in the place of what the step gave. */
  canEdit: boolean;
  onReplay?: (start: ReplayStart) => void;
}) {
  const { step, record, icon, label, failed } = line;
  const [raw, setRaw] = useState(false);
  const { prompt, completion } = record.tokens;
  const { recorded_from: from, edited } = record.args;
  const facts = [
    typeof from === 'number' ? `as recorded in step ${from}` : '',
    edited === true ? 'changed by hand' : '',
    record.durationMs === undefined ? '' : duration(record.durationMs),
    prompt + completion > 0 ? `${tokenCount(prompt)} in, ${completion} out` : '',
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
      <Body line={line} trace={trace} host={host} />
      <button type="button" class="link raw-switch" aria-expanded={raw} onClick={() => setRaw(!raw)}>
        {raw ? 'Hide the raw step' : 'Show the raw step'}
      </button>
      {raw && <JsonTree value={step} label="Raw step" />}
    </article>
  );
}

function Body({ line, trace, host }: { line: StepLine; trace: Trace; host: StudioHost }) {
  const { step, record } = line;
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
    case 'input_request': {
      const request = InputRequest.safeParse(args);
      if (!request.success) {
        return <JsonTree value={args} label="Arguments" />;
      }
      const answer = answerTo(trace.steps, step);
      const waits = trace.session.status === 'waiting' && trace.steps.at(-1) === step;
      return waits ? (
        <p class="said">{request.data.message} The run waits for the answer, above.</p>
      ) : (
        <InputForm
          request={request.data}
          state={answer === undefined ? 'lapsed' : 'settled'}
          answer={answer}
          onAnswer={() => undefined}
        />
      );
    }
    case 'execute_js':
    case 'tool_call':
      return <Source line={line} trace={trace} host={host} />;
    case 'execute_js_result':
    case 'tool_result':
      return <Result line={line} trace={trace} host={host} />;
    case 'sandbox_event':
      return <Happened line={line} />;
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
  const { reply, recorded_from: _, ...args } = record.args;
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

/** What the model was asked with: the system prompt has a tab of its own, the conversation so far stands here. */
function Asked({ line, trace }: { line: StepLine; trace: Trace }) {
  const [open, setOpen] = useState(false);
  const told = open ? conversationBefore(trace.steps, line.step.step_index) : [];
  return (
    <section class="part">
      <button type="button" class="link raw-switch" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide what the model was told' : 'Show what the model was told'}
      </button>
      {open && (
        <ol class="told" aria-label="What the model was told">
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
  const changes = data === undefined ? [] : dataChanges(trace.steps, step);
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
                  label: `Go to ${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line}`,
                  onClick: () =>
                    host.post({ type: 'skill', name: place.file, line: place.line, column: place.column }),
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
          <table class="data-diff">
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ key, before, after }) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  <td class={before === undefined ? 'data-none' : 'data-before'}>
                    {before === undefined ? 'not there' : brief(before, 400)}
                  </td>
                  <td class={after === undefined ? 'data-none' : 'data-after'}>
                    {after === undefined ? 'removed' : brief(after, 400)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
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

function Happened({ line }: { line: StepLine }) {
  const { record, failed } = line;
  const { args, value, kind } = record.args;
  if (kind === undefined || kind === 'text') {
    return <Markdown text={record.content} />;
  }
  return (
    <>
      {failed ? <pre class="failure">{record.content}</pre> : <p class="said">{line.summary}</p>}
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
