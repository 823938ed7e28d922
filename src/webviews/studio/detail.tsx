import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Trace } from '../../protocol';
import { InputRequest } from '../../protocol/events';
import { duration, tokenCount } from '../ui/format';
import { Icon } from '../ui/icon';
import { InputForm } from '../ui/input-form';
import { JsonTree } from '../ui/json-tree';
import { failureOf, objectOf } from '../ui/record';
import { Code, Markdown } from '../ui/rich-text';
import { ValueView } from '../ui/value-view';
import type { StudioHost } from './model';
import { answerTo, type StepLine } from './steps';

/** Everything known of one step. */
export function Detail({
  line,
  trace,
  title,
  host,
  onReplay,
}: {
  line: StepLine;
  trace: Trace;
  title: string;
  host: StudioHost;
  onReplay?: (fromStep: number) => void;
}) {
  const { step, record, icon, label, failed } = line;
  const [raw, setRaw] = useState(false);
  const { prompt, completion } = record.tokens;
  const facts = [
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
          <button type="button" class="button secondary" onClick={() => onReplay(step.step_index)}>
            Replay from Here
          </button>
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
      return <Markdown text={content} />;
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
      return <Source line={line} host={host} />;
    case 'execute_js_result':
    case 'tool_result':
      return <Result line={line} />;
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

function Source({ line, host }: { line: StepLine; host: StudioHost }) {
  const { record } = line;
  const { reply, ...args } = record.args;
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
    </>
  );
}

function Result({ line }: { line: StepLine }) {
  const { record } = line;
  const failure = failureOf(record);
  const { logs, data } = record.args;
  return (
    <>
      {failure === undefined ? (
        <Part title="Result">
          <ValueView formatted={record.content} raw={record.result} label="Result" />
        </Part>
      ) : (
        <Part title="Error">
          <pre class="failure">{failure}</pre>
        </Part>
      )}
      {Array.isArray(logs) && (
        <Part title="Logged">
          <Code source={logs.map(String).join('\n')} language="text" label="Logged" />
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
