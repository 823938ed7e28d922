import assert from 'node:assert/strict';
import type { RunEvent } from '../../../../src/protocol';
import { Queue } from '../../../../src/runtime/agent/queue';
import { eventStream, frame } from '../../../../src/runtime/http/sse';

describe('the event stream', () => {
  it('writes a frame on two lines, whatever its text holds', () => {
    const text = frame({ type: 'response', content: 'a\n\nevent: done\r\ndata: {}' });
    assert.equal(text.split('\n').length, 4);
    assert.deepEqual(JSON.parse(text.split('\n')[1]?.slice('data: '.length) ?? ''), {
      type: 'response',
      content: 'a\n\nevent: done\r\ndata: {}',
    });
  });

  it('sends headers before the first event, then the events, then ends', async () => {
    const queue = new Queue<RunEvent>();
    const response = eventStream(queue, () => assert.fail('nobody went away'));
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const reader = response.body?.getReader();
    const read = async () => new TextDecoder().decode((await reader?.read())?.value);
    assert.equal(await read(), ': open\n\n');
    queue.push({ type: 'response', content: 'hi' });
    assert.equal(await read(), 'event: response\ndata: {"type":"response","content":"hi"}\n\n');
    queue.end();
    assert.equal((await reader?.read())?.done, true);
  });

  it('tells when the client goes away, and takes further events without harm', async () => {
    const queue = new Queue<RunEvent>();
    let gone = 0;
    const response = eventStream(queue, () => {
      gone += 1;
    });
    await response.body?.cancel();
    assert.equal(gone, 1);
    queue.push({ type: 'response', content: 'late' });
    queue.end();
  });
});
