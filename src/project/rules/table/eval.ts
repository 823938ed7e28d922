import type { Rule } from '../rule';

/** Rules about eval cases. */
export const evalTable = [
  {
    code: 'parse-eval',
    severity: 'fatal',
    group: 'eval',
    title: 'An eval file is not valid JSON',
    doc: 'Eval cases are plain JSON: no comments and no trailing commas.',
    bad: '{ "input": "Hello", "criteria": "Greets.", }',
    good: '{ "input": "Hello", "criteria": "Greets." }',
    fixable: true,
  },
  {
    code: 'missing-eval-input',
    severity: 'fatal',
    group: 'eval',
    title: 'An eval has no input',
    doc: '`input` is the message that the agent gets.',
    bad: '{ "criteria": "Greets." }',
    good: '{ "input": "Hello", "criteria": "Greets." }',
    fixable: true,
  },
  {
    code: 'missing-eval-criteria',
    severity: 'fatal',
    group: 'eval',
    title: 'An eval says nothing of what is expected',
    doc: 'Without `criteria`, or `expectations` in the older form, no answer could be judged.',
    bad: '{ "input": "Hello" }',
    good: '{ "input": "Hello", "criteria": "Greets." }',
    fixable: true,
  },
  {
    code: 'eval-threshold-range',
    severity: 'fatal',
    group: 'eval',
    title: 'A threshold is out of range',
    doc: '`pass_threshold` is a score from 0 to 10. Outside it every answer passes, or none.',
    bad: '{ "input": "Hello", "criteria": "Greets.", "pass_threshold": 75 }',
    good: '{ "input": "Hello", "criteria": "Greets.", "pass_threshold": 7.5 }',
    fixable: true,
  },
] as const satisfies readonly Rule[];
