import { useEffect, useState } from 'preact/hooks';
import type { InputRequest } from '../../protocol';
import { inputRequestOf } from '../../protocol/input-request';
import { InputForm } from '../ui/input-form';
import type { Refusal, StudioHost, StudioModel } from './model';
import { openQuestion } from './steps';

/** A question that the session, or its replay, waits on. One from a file waits for nobody any more. */
export function Pending({ model, host }: { model: StudioModel; host: StudioHost }) {
  const { session, replay, refusedAnswers } = model;
  const sides = [
    { id: session?.id, record: session?.fromFile ? undefined : openQuestion(session?.trace) },
    { id: replay?.id, record: openQuestion(replay?.trace) },
  ];
  return (
    <>
      {sides.map(({ id, record }) => {
        const request = inputRequestOf(record?.args);
        if (id === undefined || !record || !request) {
          return null;
        }
        const { request_id: requestId } = request;
        return (
          <PendingQuestion
            key={requestId}
            request={request}
            refusal={refusedAnswers[requestId]}
            host={host}
            onAnswer={(value) => host.post({ type: 'answer', sessionId: id, requestId, value })}
          />
        );
      })}
    </>
  );
}

function PendingQuestion({
  request,
  refusal,
  host,
  onAnswer,
}: {
  request: InputRequest;
  refusal: Refusal | undefined;
  host: StudioHost;
  onAnswer: (value: boolean | string) => void;
}) {
  const { request_id: id } = request;
  const [sent, setSent] = useState<{ value: boolean | string; after: Refusal | undefined }>();
  useEffect(() => {
    // The question goes with its answer, and what was typed for it as well; a page that is only hidden keeps it.
    return () => keepAnswer(host, id, '');
  }, [host, id]);
  // What was refused is the answer before: one that was given since is on its way.
  const isSent = sent !== undefined && sent.after === refusal;
  return (
    <div class="pending" role="alert">
      <InputForm
        request={request}
        state={isSent ? 'sent' : 'open'}
        answer={isSent ? sent.value : undefined}
        typed={host.kept.answers?.[id] ?? ''}
        onType={(text) => keepAnswer(host, id, text)}
        onAnswer={(value) => {
          setSent({ value, after: refusal });
          onAnswer(value);
        }}
      />
      {refusal && !isSent && <p class="inline-error">{refusal.message}</p>}
    </div>
  );
}

function keepAnswer(host: StudioHost, id: string, text: string): void {
  const { [id]: _, ...others } = host.kept.answers ?? {};
  host.keep({ answers: text === '' ? others : { ...others, [id]: text } });
}
