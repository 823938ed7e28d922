/**
 * A JSON object of which one field is written already: a long list that the database holds as JSON need not be read
 * and written again on its way out.
 * @param value of that field, as the bytes of JSON in pieces.
 */
export function jsonAnswer(
  fields: Record<string, unknown>,
  name: string,
  value: readonly Uint8Array[],
): Response {
  const rest = JSON.stringify(fields).slice(1, -1);
  const before = Buffer.from(`{${rest}${rest && ','}${JSON.stringify(name)}:`);
  return new Response(Buffer.concat([before, ...value, Buffer.from('}')]), {
    headers: { 'content-type': 'application/json' },
  });
}
