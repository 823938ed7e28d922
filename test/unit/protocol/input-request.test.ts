import assert from 'node:assert/strict';
import { inputRequestOf } from '../../../src/protocol';

describe('what a run asks of a person', () => {
  it('is read with all that it has', () => {
    const request = {
      request_id: 'r1',
      input_type: 'choice',
      message: 'Which?',
      options: ['this', 'that'],
      placeholder: 'Choose',
    };
    assert.deepEqual(inputRequestOf(request), request);
  });

  it('is asked as text where its type is not known, and needs no more than an id', () => {
    const bare = { input_type: 'text', message: '', options: undefined, placeholder: undefined };
    assert.deepEqual(inputRequestOf({ request_id: 'r1' }), { request_id: 'r1', ...bare });
    assert.deepEqual(inputRequestOf({ request_id: 'r2', input_type: 'slider', options: null }), {
      request_id: 'r2',
      ...bare,
    });
  });

  it('has those options that are texts', () => {
    const request = { request_id: 'r1', input_type: 'choice', options: ['this', 7, null] };
    assert.deepEqual(inputRequestOf(request)?.options, ['this']);
  });

  for (const args of [undefined, null, 'Which?', {}, { request_id: 7 }, [{ request_id: 'r1' }]]) {
    it(`is not there in ${JSON.stringify(args)}`, () => {
      assert.equal(inputRequestOf(args), undefined);
    });
  }
});
