import assert from 'node:assert/strict';
import { sameOutcome } from '../../../src/webviews/studio/outcome';
import { step } from '../../pages/studio-scenes';

describe('whether two steps came out alike', () => {
  const asks = (line: number, message: string, id: string) =>
    step(3, 'input_request', message, {
      tool_args: {
        request_id: id,
        input_type: 'confirm',
        message,
        called_from: { file: 'skills/refund.js', line, column: 7 },
      },
    });

  it('does not depend on where in a changed skill a question is asked, or on its id', () => {
    assert.equal(sameOutcome(asks(4, 'Refund it?', 'q1'), asks(9, 'Refund it?', 'q2')), true);
  });

  it('depends on what is asked', () => {
    assert.equal(sameOutcome(asks(4, 'Refund it?', 'q1'), asks(4, 'Refund 40 €?', 'q1')), false);
  });
});
