import { JsonDocument } from '../json/document';
import { stem } from '../paths';
import { evalSchema } from '../schemas/eval';
import type { EvalExpectation, EvalFile, RangedIssue } from '../types';
import { Report } from './report';

/** Reads one eval file; a broken one gives what can be read of it, with issues. */
export function readEvalFile(path: string, text: string): { file: EvalFile; issues: RangedIssue[] } {
  const document = new JsonDocument(text, true);
  const report = new Report(path, document);
  report.shape('parse-eval', evalSchema, 'eval-threshold-range');
  const { root } = document;
  const inputNode = document.field(root, 'input');
  const input = document.string(inputNode) ?? '';
  const criteriaNode = document.field(root, 'criteria');
  const criteria = document.string(criteriaNode)?.trim() ?? '';
  const listNode = document.field(root, 'expectations');
  const expectations = document.items(listNode).flatMap((node): EvalExpectation[] => {
    const value = document.string(document.field(node, 'value'));
    return value === undefined
      ? []
      : [{ kind: document.string(document.field(node, 'kind')) ?? 'contains', value }];
  });
  if (root?.type === 'object') {
    if (!input.trim() && (!inputNode || inputNode.type === 'string')) {
      const hint = 'Add "input" with the message that the agent gets.';
      report.addMissing('missing-eval-input', inputNode, undefined, 'The eval has no input.', hint, {
        key: 'input',
      });
    }
    const wrongType =
      (criteriaNode && criteriaNode.type !== 'string') || (listNode && listNode.type !== 'array');
    if (!criteria && expectations.length === 0 && !wrongType) {
      report.addMissing(
        'missing-eval-criteria',
        criteriaNode ?? listNode,
        undefined,
        'The eval does not say what a good answer is.',
        'Add "criteria" with what the answer must do, in plain words.',
        { key: 'criteria' },
      );
    }
  }
  const threshold = document.number(document.field(root, 'pass_threshold'));
  const nameNode = document.field(root, 'name');
  const name = document.string(nameNode)?.trim();
  const placeNode = nameNode ?? inputNode ?? root;
  return {
    file: {
      path,
      name: name || stem(path),
      input,
      criteria,
      expectations,
      answers: document
        .items(document.field(root, 'answers'))
        .flatMap(({ value }): (boolean | string)[] =>
          typeof value === 'boolean' || typeof value === 'string' ? [value] : [],
        ),
      description: document.string(document.field(root, 'description'))?.trim() ?? '',
      ...(threshold === undefined ? {} : { passThreshold: threshold }),
      ...(placeNode ? { range: document.range(placeNode) } : {}),
    },
    issues: report.issues,
  };
}
