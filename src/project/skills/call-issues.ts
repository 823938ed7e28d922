import { primitives } from '../primitives';
import { type Finding, issue } from '../rules/issue';
import { didYouMean, listed, nearest } from '../rules/suggest';
import type { RangedIssue } from '../types';
import type { SkillAnalysis } from './analyze';
import { argumentFindings, type Callable, memberOf } from './call-rules';
import type { CallFact } from './calls';
import { moduleName, type SkillContext } from './context';
import type { SkillInfo } from './info';
import { readTypedef } from './typedef';

/** How each primitive wants to be called, read from the one list of them. */
const callables: ReadonlyMap<string, Callable> = new Map(
  primitives.flatMap(({ name, signature }): [string, Callable][] => {
    const [read] = readTypedef(`declare function ${signature};`);
    // `data` is no function, and what `require` is asked for has rules of its own.
    if (!read || name === 'require') return [];
    return [[name, { call: 'positional', params: read.params }]];
  }),
);

const promiseMethods = new Set(['then', 'catch', 'finally']);

/** @returns what of a skill's calls of primitives and other skills contradicts their documentation. */
export function callIssues(path: string, analysis: SkillAnalysis, context: SkillContext): RangedIssue[] {
  return analysis.outgoing.flatMap((call) =>
    call.kind === 'primitive' ? primitiveIssues(path, call) : skillCallIssues(path, call, context),
  );
}

function primitiveIssues(path: string, call: CallFact): RangedIssue[] {
  const target = callables.get(call.name);
  if (!target) return [];
  const issues = argumentFindings(call.name, target, call).map((one) =>
    issue('primitive-arguments', path, one),
  );
  if (call.use?.kind === 'member' && promiseMethods.has(call.use.name)) {
    issues.push(
      issue('primitive-not-promise', path, {
        range: call.use.range,
        message: `${call.name} answers at once with a plain value, which has no ${call.use.name}.`,
        hint: `Use the value itself: const answer = ${call.name}(…);`,
      }),
    );
  }
  return issues;
}

function skillCallIssues(path: string, call: CallFact, context: SkillContext): RangedIssue[] {
  const name = moduleName(call.name, true);
  const info = context.infos?.get(name);
  if (!info || info.error) return [];
  const target = memberOf(info, call.member);
  if (target === undefined) return [];
  if (target === 'missing' || target === 'not-callable') {
    return [issue('skill-arguments', path, offered(name, call, info))];
  }
  const label = call.member ? `${name}.${call.member}` : name;
  const issues = argumentFindings(label, target, call).map((one) => issue('skill-arguments', path, one));
  if (info.isAsync && call.member === '' && call.use) {
    const { use } = call;
    const isPromise = use.kind === 'member' && promiseMethods.has(use.name);
    if (!isPromise) {
      const message =
        use.kind === 'dropped'
          ? `The skill "${name}" gives a promise that nothing waits for.`
          : `The skill "${name}" gives a promise, and a promise has no "${use.name}".`;
      const hint = 'Await it in an async function, or make the skill a plain function.';
      issues.push(issue('floating-promise', path, { range: call.range, message, hint }));
    }
  }
  return issues;
}

function offered(name: string, call: CallFact, info: SkillInfo): Finding {
  const there = `It offers ${listed(info.exportsNames)}.`;
  if (call.member === '') {
    const message = `The skill "${name}" is an object of functions and cannot be called itself.`;
    return { range: call.range, message, hint: there };
  }
  const suggestion = nearest(call.member, info.exportsNames);
  return {
    range: call.range,
    message: `The skill "${name}" offers no "${call.member}".`,
    hint: `${didYouMean(call.member, info.exportsNames)}${there}`,
    ...(suggestion ? { data: { suggestion } } : {}),
  };
}
