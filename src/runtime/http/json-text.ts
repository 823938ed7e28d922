/**
 * A JSON object of which some fields are text already: a long list that the database holds as JSON need not be read
 * and written again on its way out.
 * @param texts fields whose values are JSON text.
 */
export function jsonAnswer(fields: Record<string, unknown>, texts: Record<string, string>): Response {
  const spliced = Object.entries(texts).map(([name, text]) => `${JSON.stringify(name)}:${text}`);
  const rest = JSON.stringify(fields).slice(1, -1);
  return new Response(`{${[...(rest ? [rest] : []), ...spliced].join(',')}}`, {
    headers: { 'content-type': 'application/json' },
  });
}
