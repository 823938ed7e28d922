import * as vscode from 'vscode';
import {
  parseSkill,
  type SkillFile,
  type SkillFunction,
  type SkillInfo,
  type SkillParam,
} from '../../project';
import { argumentsOf, choicesOf, readValue, writtenValue } from './values';

/** What is called, and with what. */
export interface AskedCall {
  function?: string;
  args: unknown[];
}

type Callable = Pick<SkillFunction, 'call' | 'params'>;

/**
 * Asks for one value a parameter, each checked as it is typed.
 * @param info what the skill's present text says it takes; a typedef's word counts before it.
 * @throws CancellationError when the person leaves.
 */
export async function askCall(skill: SkillFile, text: string, remembered: Remembered): Promise<AskedCall> {
  const info = presentInfo(skill, text);
  const name = info.functions.length > 0 ? await askFunction(info.functions) : undefined;
  const called: Callable = info.functions.find((one) => one.name === name) ?? info;
  const last = remembered.get(name ?? '');
  const values = new Map<string, unknown>();
  for (const [index, param] of called.params.entries()) {
    const step = called.params.length > 1 ? ` (${index + 1} of ${called.params.length})` : '';
    values.set(param.name, await askValue(param, `${skill.name}: ${param.name}${step}`, last[param.name]));
  }
  await remembered.set(name ?? '', Object.fromEntries(values));
  const args = argumentsOf(called.call, called.params, values);
  return { ...(name === undefined ? {} : { function: name }), args };
}

/** The last arguments of a skill, by the name of the function that was called, "" for the skill itself. */
export interface Remembered {
  get(name: string): Record<string, unknown>;
  set(name: string, values: Record<string, unknown>): Thenable<void>;
}

/** The present text says what a skill takes, unless a `main.d.ts` does. */
function presentInfo(skill: SkillFile, text: string): SkillInfo {
  const now = parseSkill(text);
  const hasTypedef = skill.files.some((path) => path.endsWith('/main.d.ts'));
  return hasTypedef && skill.info && !now.error ? skill.info : now;
}

async function askFunction(functions: readonly SkillFunction[]): Promise<string> {
  const items = functions.map(({ name, description, params }) => ({
    label: name,
    description: params.map((param) => param.name).join(', '),
    detail: description,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Which function?' });
  if (!picked) {
    throw new vscode.CancellationError();
  }
  return picked.label;
}

async function askValue(param: SkillParam, title: string, last: unknown): Promise<unknown> {
  const choices = choicesOf(param);
  if (choices) {
    const items = [
      ...choices.map(({ label, value }) => ({
        label,
        description: value === last ? 'last time' : '',
        value,
      })),
      ...(param.optional ? [{ label: '(left out)', description: '', value: undefined }] : []),
    ];
    const picked = await vscode.window.showQuickPick(items, { title, placeHolder: param.description });
    if (!picked) {
      throw new vscode.CancellationError();
    }
    return picked.value;
  }
  const text = await vscode.window.showInputBox({
    title,
    prompt: [param.description, param.type, param.optional ? 'may be left out' : '']
      .filter(Boolean)
      .join(' · '),
    value: writtenValue(param, last),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const read = readValue(param, typed);
      return 'problem' in read ? read.problem : undefined;
    },
  });
  if (text === undefined) {
    throw new vscode.CancellationError();
  }
  const read = readValue(param, text);
  return 'value' in read ? read.value : undefined;
}
