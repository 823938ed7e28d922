import { currentCapabilities } from '../capabilities';
import { primitives } from '../primitives';
import { issue, sortIssues } from '../rules/issue';
import { didYouMean, listed } from '../rules/suggest';
import type { RangedIssue } from '../types';
import { analyzeSkill, type SkillAnalysis } from './analyze';
import {
  hostedOnlyGlobals,
  hostedOnlyModules,
  languageGlobals,
  localOnlyGlobals,
  missingGlobals,
  nodeModules,
  skillGlobals,
} from './globals';
import type { NamedRange } from './info';

/** What a skill may count on in the agent that uses it. */
export interface SkillContext {
  /** Names of the agent's module skills. */
  modules: readonly string[];
  /** Names of its prompt skills, which cannot be required. */
  prompts: readonly string[];
  mcpServers: readonly string[];
  /** Undefined when the agent does not say: then nothing is reported about capabilities. */
  capabilities?: readonly string[];
  /** True when the other skills of the agent are not known, as for a skill checked by itself. */
  alone?: boolean;
}

/**
 * The module skill that a name asks for. Every server knows `name`, `./name` and `./skills/name` as one.
 * `lenient` also takes `../name`, `./name.js` and `skills/name/main.js`, as the local sandbox does.
 */
export function moduleName(request: string, lenient = false): string {
  if (!lenient) return request.replace(/^\.\/(?:skills\/)?/, '');
  return request
    .replace(/^(?:\.{1,2}\/)+/, '')
    .replace(/^skills\//, '')
    .replace(/\.js$/, '')
    .replace(/\/main$/, '');
}

/** Checks one module skill. Synchronous, and quick enough for every keystroke. */
export function checkSkill(path: string, text: string, context: SkillContext): RangedIssue[] {
  return sortIssues(skillIssues(path, analyzeSkill(text), context));
}

/** @returns the issues of a skill that has been analysed, for one agent that uses it. */
export function skillIssues(path: string, analysis: SkillAnalysis, context: SkillContext): RangedIssue[] {
  const { info, lines, findings } = analysis;
  if (info.error) {
    const { message, range } = info.error;
    const hint = 'The skill cannot run until this is mended.';
    return [issue('skill-js-parse', path, { range, message, hint })];
  }
  const issues = findings.map(({ rule, offset, length, message, hint }) =>
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
  issues.push(...nameIssues(path, analysis));
  issues.push(...info.requires.flatMap((one) => requireIssue(path, one, context)));
  issues.push(...capabilityIssues(path, info.calls, context));
  return issues;
}

function hostedOnly(what: string): { message: string; hint: string } {
  return {
    message: `${what} exists on the hosted service, and not in the runtime on your machine.`,
    hint: 'Test this skill against the hosted service, or write it without.',
  };
}

function nameIssues(path: string, analysis: SkillAnalysis): RangedIssue[] {
  const { lines, strangers, declared } = analysis;
  return strangers.flatMap(({ name, node }): RangedIssue[] => {
    if (languageGlobals.has(name) || skillGlobals.has(name)) return [];
    const range = lines.range(node.start, node.end - node.start);
    const hint = missingGlobals.get(name);
    if (hint !== undefined) {
      return [
        issue('sandbox-missing-global', path, {
          range,
          message: `${name} does not exist in the sandbox.`,
          hint,
        }),
      ];
    }
    if (localOnlyGlobals.has(name)) {
      const message = `The hosted engine has no ${name}.`;
      return [
        issue('hosted-engine', path, {
          range,
          message,
          hint: 'Write it without, so that the agent runs the same everywhere.',
        }),
      ];
    }
    if (hostedOnlyGlobals.has(name)) return [issue('hosted-only', path, { range, ...hostedOnly(name) })];
    const candidates = [...declared, ...primitives.map((one) => one.name), ...languageGlobals];
    return [
      issue('undefined-name', path, {
        range,
        message: `${name} is defined nowhere.`,
        hint: `${didYouMean(name, candidates)}Using it will throw a ReferenceError.`,
      }),
    ];
  });
}

function requireIssue(path: string, { name, range }: NamedRange, context: SkillContext): RangedIssue[] {
  const module = moduleName(name);
  if (context.modules.includes(module) || context.mcpServers.includes(name)) return [];
  const local = moduleName(name, true);
  if (context.modules.includes(local)) {
    const message = `"${name}" reaches the skill "${local}" here, but the hosted service does not know it by that name.`;
    return [issue('hosted-engine', path, { range, message, hint: `Write require('${local}').` })];
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
  return [issue('unknown-require', path, { range, message, hint })];
}

function capabilityIssues(path: string, calls: readonly NamedRange[], context: SkillContext): RangedIssue[] {
  const { capabilities } = context;
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
      }),
    ];
  });
}
