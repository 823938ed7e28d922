import { useState } from 'preact/hooks';
import { InputRequest } from '../../protocol/events';
import { InputForm } from '../ui/input-form';
import type { StudioHost, StudioModel } from './model';
import { openQuestion } from './steps';

/** A question that the session, or its replay, waits on. */
export function Pending({ model, host }: { model: StudioModel; host: StudioHost }) {
  const [sent, setSent] = useState<Record<string, boolean | string>>({});
  const { session, replay, refusedAnswers } = model;
  const sides = [
    { id: session?.id, record: openQuestion(session?.trace) },
    { id: replay?.id, record: openQuestion(replay?.trace) },
  ];
  return (
    <>
      {sides.map(({ id, record }) => {
        const request = InputRequest.safeParse(record?.args);
        if (id === undefined || !record || !request.success) {
          return null;
        }
        const { request_id: requestId } = request.data;
        const problem = refusedAnswers[requestId] ?? '';
        const answer = problem ? undefined : sent[requestId];
        return (
          <div class="pending" key={requestId} role="alert">
            <InputForm
              request={request.data}
              state={answer === undefined ? 'open' : 'sent'}
              answer={answer}
              onAnswer={(value) => {
                setSent({ ...sent, [requestId]: value });
                host.post({ type: 'answer', sessionId: id, requestId, value });
              }}
            />
            {problem && <p class="inline-error">{problem}</p>}
          </div>
        );
      })}
    </>
  );
}
