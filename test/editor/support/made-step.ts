/** A step of a session "s1" that a test's own server tells of, as the wire has it. */
export const madeStep = (index: number, type: string, content: string) => ({
  id: `s1-${index}`,
  session_id: 's1',
  step_index: index,
  step_type: type,
  content,
  duration_ms: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  created_at: '2026-01-01T00:00:00Z',
});
