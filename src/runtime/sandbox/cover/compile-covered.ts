import { type Compiled, wrapSkill } from '../compile';
import { remembered } from '../remembered';
import { counterName, cover } from './cover';

/**
 * Compiles a module skill that counts what it runs: to a pair of its function and one that gives its counters as
 * text. A counter is a variable around the skill, which costs a sixth of what an element of an array does.
 * @returns undefined for a skill that has nothing to count, or too much.
 * @throws {ScriptSyntaxError}
 */
export function compileCovered(source: string, shape: 'commonjs' | 'bare'): Compiled | undefined {
  return compiled[shape](source);
}

const compiled = {
  commonjs: remembered((source) => compileAs(source, 'commonjs')),
  bare: remembered((source) => compileAs(source, 'bare')),
};

function compileAs(source: string, shape: 'commonjs' | 'bare'): Compiled | undefined {
  const covered = cover(source);
  if (covered === undefined || covered.map.counters === 0) return undefined;
  const names = Array.from({ length: covered.map.counters }, (_, index) => counterName(index));
  const before = `(function () {var ${names.map((name) => `${name}=0`).join(',')};return [`;
  // Text, and by an operator: nothing that a script has put on a prototype is called.
  const after = `,()=>""+${names.join('+" "+')}]})()`;
  const { code, edits } = wrapSkill(covered.code, shape, before, after);
  return {
    code,
    edits: { column: (line, column) => covered.edits.back(line, edits.column(line, column)) },
  };
}
