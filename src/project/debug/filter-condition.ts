/**
 * The guest of the sandbox's debugger builds the same for the filters of a run (`filters`): it is compiled from its own
 * text and imports nothing. A condition means the same in a run and in its recording only while both agree.
 *
 * @param condition JavaScript, as a person wrote it
 * @param given what it knows beside the names of its place, as plain JSON by name
 * @returns JavaScript that says whether the condition holds.
 */
export function filterCondition(condition: string, given: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(given).join(', ');
  const values = Object.values(given).map((value) => JSON.stringify(value) ?? 'undefined');
  return `((${names}) => (${condition}\n) ? true : false)(${values.join(', ')})`;
}
