const encoder = new TextEncoder();
/** Pieces are sent in lots of about this many characters: each lot costs a system call. */
const lot = 32 * 1024;

/** Streams text as it is made; a slow reader slows the making, and one that goes away ends it. */
export function textStream(pieces: AsyncGenerator<string>, headers: Record<string, string>): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(stream) {
      let text = '';
      while (text.length < lot) {
        const { value, done } = await pieces.next();
        if (!done) text += value;
        else {
          if (text) stream.enqueue(encoder.encode(text));
          stream.close();
          return;
        }
      }
      stream.enqueue(encoder.encode(text));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, { headers: { ...headers, 'cache-control': 'no-store' } });
}
