import { currentCapabilities } from '../capabilities';
import { primitives } from '../primitives';
import { type Finding, issue, sortIssues } from '../rules/issue';
import { didYouMean, listed, nearest } from '../rules/suggest';
import type { RangedIssue } from '../types';
import { analyzeSkill, type SkillAnalysis } from './analyze';
import { callIssues } from './call-issues';
import { moduleName, type SkillContext } from './context';
import {
  hostedOnlyGlobals,
  hostedOnlyModules,
  languageGlobals,
  localOnlyGlobals,
  missingGlobals,
  nodeModules,
  replacements,
  skillGlobals,
} from './globals';
import type { NamedRange } from './info';

/** Checks one module skill. Synchronous, and quick enough for every keystroke. */
export function checkSkill(path: string, text: string, context: SkillContext): RangedIssue[] {
  return sortIssues(skillIssues(path, analyzeSkill(text), context));
}

/** Rules about what only the hosted engine lacks; the local runtime accepts the code. */
const hostedRules: ReadonlySet<string> = new Set(['hosted-engine', 'sandbox-async']);

/** @returns the issues of a skill that has been analysed, for one agent that uses it. */
export function skillIssues(path: string, analysis: SkillAnalysis, context: SkillContext): RangedIssue[] {
  const { info, lines, findings } = analysis;
  if (info.error) {
    const { message, range } = info.error;
    const hint = 'The skill cannot run until this is mended.';
    return [issue('skill-js-parse', path, { range, message, hint })];
  }
  const issues = findings
    .filter(({ rule }) => context.hosted || !hostedRules.has(rule))
    .map(({ rule, offset, length, message, hint }) =>
      issue(rule, path, { range: lines.range(offset, length), message, hint }),
    );
  if (!analysis.givesResult && findings.every((finding) => finding.rule !== 'sandbox-no-import')) {
    issues.push(
      issue('skill-no-result', path, {
        range: lines.range(0, 1),
        message: analysis.isEmpty
          ? 'The skill is empty.'
          : 'The skill gives nothing back: it has no return and no module.exports.',
        hint: 'End with return { … }, or write module.exports = function (args) { … }.',
      }),
    );
  }
  issues.push(...analysis.strangers.flatMap((one) => nameIssue(path, one, analysis, context)));
  issues.push(...info.requires.flatMap((one) => requireIssue(path, one, context)));
  issues.push(...capabilityIssues(path, info.calls, context));
  issues.push(...callIssues(path, analysis, context));
  for (const { offset, length, reason } of analysis.loops) {
    const message = `This loop cannot end: ${reason}, and it has no break or return.`;
    const hint = 'Leave it with break, or loop over what there is. The sandbox stops a block after 30 s.';
    issues.push(issue('endless-loop', path, { range: lines.range(offset, length), message, hint }));
  }
  for (const { offset, length, message, awaitable } of analysis.promises) {
    const hint = awaitable
      ? 'Write await in front of it, or void when nobody needs to wait.'
      : 'The sandbox’s functions answer at once: a plain function does, without async.';
    issues.push(issue('floating-promise', path, { range: lines.range(offset, length), message, hint }));
  }
  return issues;
}

function hostedOnly(what: string): { message: string; hint: string } {
  return {
    message: `${what} exists on the hosted service, and not in the runtime on your machine.`,
    hint: 'Test this skill against the hosted service, or write it without.',
  };
}

function nameIssue(
  path: string,
  { name, range }: NamedRange,
  { declared }: SkillAnalysis,
  context: SkillContext,
): RangedIssue[] {
  if (languageGlobals.has(name) || skillGlobals.has(name)) return [];
  const hint = missingGlobals.get(name);
  if (hint !== undefined) {
    const suggestion = replacements.get(name);
    const finding: Finding = { range, message: `${name} does not exist in the sandbox.`, hint };
    if (suggestion) finding.data = { suggestion };
    return [issue('sandbox-missing-global', path, finding)];
  }
  if (localOnlyGlobals.has(name)) {
    if (!context.hosted) return [];
    const message = `The hosted engine has no ${name}.`;
    const without = 'Write it without, so that the agent runs the same everywhere.';
    return [issue('hosted-engine', path, { range, message, hint: without })];
  }
  if (hostedOnlyGlobals.has(name)) return [issue('hosted-only', path, { range, ...hostedOnly(name) })];
  const candidates = [...declared, ...primitives.map((one) => one.name), ...languageGlobals];
  const suggestion = nearest(name, candidates);
  return [
    issue('undefined-name', path, {
      range,
      message: `${name} is defined nowhere.`,
      hint: `${didYouMean(name, candidates)}Using it will throw a ReferenceError.`,
      ...(suggestion ? { data: { suggestion } } : {}),
    }),
  ];
}

function requireIssue(path: string, { name, range }: NamedRange, context: SkillContext): RangedIssue[] {
  const module = moduleName(name);
  if (context.modules.includes(module) || context.mcpServers.includes(name)) return [];
  const local = moduleName(name, true);
  if (context.modules.includes(local)) {
    if (!context.hosted) return [];
    const message = `"${name}" reaches the skill "${local}" here, but the hosted service does not know it by that name.`;
    const hint = `Write require('${local}').`;
    return [issue('hosted-engine', path, { range, message, hint, data: { suggestion: local } })];
  }
  const capability = hostedOnlyModules.get(name);
  if (capability !== undefined && context.capabilities?.includes(capability)) {
    return [issue('hosted-only', path, { range, ...hostedOnly(`The module "${name}"`) })];
  }
  if (name.startsWith('node:') || nodeModules.has(name)) {
    return [
      issue('sandbox-no-node', path, {
        range,
        message: `"${name}" is a module of Node, which does not run in the sandbox.`,
        hint: 'Use the primitives of the sandbox, another skill, or an MCP server.',
      }),
    ];
  }
  if (context.alone) return [];
  const reachable = [...context.modules, ...context.mcpServers];
  const there =
    reachable.length > 0
      ? `The agent has ${listed(reachable)}.`
      : 'The agent has no module skills and no MCP servers.';
  const hint = `${didYouMean(module, reachable)}${there}`;
  const message = context.prompts.includes(module)
    ? `"${module}" is a prompt skill; only JavaScript skills and MCP servers can be required.`
    : `The agent has no skill and no MCP server named "${module}".`;
  const suggestion = nearest(module, reachable);
  const data = suggestion ? { data: { suggestion } } : {};
  return [issue('unknown-require', path, { range, message, hint, ...data })];
}

function capabilityIssues(path: string, calls: readonly NamedRange[], context: SkillContext): RangedIssue[] {
  const { capabilities, agent } = context;
  if (!capabilities) return [];
  const reported = new Set<string>();
  return calls.flatMap(({ name, range }): RangedIssue[] => {
    const needed = primitives.find((one) => one.name === name)?.capability;
    if (needed === undefined || capabilities.includes(needed) || reported.has(needed)) return [];
    if (!currentCapabilities.includes(needed)) return [];
    reported.add(needed);
    return [
      issue('undeclared-capability', path, {
        range,
        message: `${name} needs the capability "${needed}", which the agent does not declare.`,
        hint: `Add "${needed}" to "capabilities" in agent.jsonc.`,
        data: { capability: needed, ...(agent ? { agent } : {}) },
      }),
    ];
  });
}
