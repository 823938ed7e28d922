import type { PlannedCall } from './plan';
import { nameOf } from './plan';
import { words } from './words';

/** @returns the JavaScript that makes the calls and gives an object with what each returned. */
export function writeBlock(calls: readonly PlannedCall[], search: string | undefined): string {
  const taken = new Set<string>();
  const fields = calls.map((call) => `  ${field(nameOf(call.callable), taken)}: ${expression(call)},`);
  if (search !== undefined)
    fields.push(`  ${field('passages', taken)}: search(${literal(search)}, { limit: 3 }),`);
  return `({\n${fields.join('\n')}\n})`;
}

function expression({ callable, args }: PlannedCall): string {
  const member = callable.member === '' ? '' : property(callable.member);
  return `require(${literal(callable.skill)})${member}(${list(callable, args)})`;
}

function list({ call, params }: PlannedCall['callable'], args: PlannedCall['args']): string {
  if (call === 'none') return '';
  if (call === 'positional') {
    const values = params.map(({ name }) => (name in args ? literal(args[name]) : 'undefined'));
    while (values.at(-1) === 'undefined') values.pop();
    return values.join(', ');
  }
  const fields = params
    .filter(({ name }) => name in args)
    .map(({ name }) => `${isName(name) ? name : literal(name)}: ${literal(args[name])}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function property(name: string): string {
  return isName(name) ? `.${name}` : `[${literal(name)}]`;
}

function isName(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** JSON, which is JavaScript too; the two line separators are written out so that no line is torn. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** lookup-order → lookupOrder; unique in the block. */
function field(name: string, taken: Set<string>): string {
  const [first = 'result', ...rest] = words(name);
  const camel = [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
  const safe = isName(camel) ? camel : `result${camel}`;
  let unique = safe;
  for (let count = 2; taken.has(unique); count++) unique = `${safe}${count}`;
  taken.add(unique);
  return unique;
}
