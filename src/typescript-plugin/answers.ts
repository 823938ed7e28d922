import type ts from 'typescript';
import { originOf } from './host';
import type { SkillServices } from './skill-services';

/** What is an error in a program and none in the body of a function, which a bare skill is. */
const functionBody = new Set([
  1108, // A 'return' statement can only be used within a function body.
]);

/** Advice that would break a skill: there are no ES modules in the sandbox, and its primitives are synchronous. */
const badAdvice = new Set([
  80001, // File is a CommonJS module; it may be converted to an ES module.
  80006, // This may be converted to an async function.
]);

type Method = keyof ts.LanguageService;

/** What the service says of a skill, changed where it takes a skill for an ordinary program. */
const changes: Partial<Record<Method, (answer: never, services: SkillServices) => unknown>> = {
  // The extension's own rules find the syntax errors, with sentences of their own: one problem, said once.
  getSyntacticDiagnostics: () => [],
  getSemanticDiagnostics: (answer: ts.Diagnostic[]) => answer.filter(({ code }) => !functionBody.has(code)),
  getSuggestionDiagnostics: (answer: ts.Diagnostic[]) => answer.filter(({ code }) => !badAdvice.has(code)),
  getDefinitionAtPosition: (answer: readonly ts.DefinitionInfo[] | undefined) => answer?.flatMap(inRealFile),
  getTypeDefinitionAtPosition: (answer: readonly ts.DefinitionInfo[] | undefined) =>
    answer?.flatMap(inRealFile),
  getImplementationAtPosition: (answer: readonly ts.ImplementationLocation[] | undefined) =>
    answer?.flatMap(inRealFile),
  getDefinitionAndBoundSpan: (answer: ts.DefinitionInfoAndBoundSpan | undefined) =>
    answer && { ...answer, definitions: answer.definitions?.flatMap(inRealFile) },
  findReferences: (answer: ts.ReferencedSymbol[] | undefined) =>
    answer?.map((symbol) => ({
      ...symbol,
      definition: inRealFile(symbol.definition)[0] ?? symbol.definition,
      references: symbol.references.filter(isReal),
    })),
  getReferencesAtPosition: (answer: ts.ReferenceEntry[] | undefined) => answer?.filter(isReal),
  findRenameLocations: (answer: readonly ts.RenameLocation[] | undefined, services) =>
    answer?.filter((one) => isReal(one) && !services.isSandbox(one.fileName)),
};

/** @returns the service's answer to one question about a skill, as a person should hear it. */
export function changed(method: Method, answer: unknown, services: SkillServices): unknown {
  const change = changes[method];
  // Each method is paired with a change for its own answer above; only here its type is not known.
  return change ? Reflect.apply(change, undefined, [answer, services]) : answer;
}

function isReal({ fileName }: ts.DocumentSpan): boolean {
  return originOf(fileName) === undefined;
}

/**
 * Leads from declarations that are in no file to the start of the skill that they were made from. Those of an MCP
 * server have no code: the extension itself leads to the server's entry in the config.
 */
function inRealFile<T extends ts.DocumentSpan>(place: T): T[] {
  const fileName = originOf(place.fileName);
  if (fileName === undefined) return [place];
  if (!fileName.endsWith('.js')) return [];
  return [{ ...place, fileName, textSpan: { start: 0, length: 0 }, contextSpan: undefined }];
}
