import { readEvalFile } from './config/eval-file';
import { hashBytes } from './hash';
import { type Ignore, readIgnores } from './rules/ignores';
import { secretIssues } from './rules/secrets';
import { analyzeSkill, type SkillAnalysis } from './skills/analyze';
import type { EvalFile, RangedIssue } from './types';

/** Files above this size are sent as source but not parsed: a check on a keystroke must stay quick. */
export const largestCheckedFile = 1024 * 1024;

/**
 * One file as it was read. What is derived from the bytes is made when first asked for and kept, so that a
 * reload does not parse again what did not change.
 */
export class SourceFile {
  private cachedText: { text: string | undefined } | undefined;
  private cachedHash: string | undefined;
  private cachedSkill: SkillAnalysis | undefined;
  private cachedEval: { file: EvalFile; issues: RangedIssue[] } | undefined;
  private cachedIgnores: readonly Ignore[] | undefined;
  private cachedSecrets: readonly RangedIssue[] | undefined;

  constructor(
    readonly path: string,
    readonly bytes: Uint8Array,
  ) {}

  get hash(): string {
    this.cachedHash ??= hashBytes(this.bytes);
    return this.cachedHash;
  }

  /** The text without a byte order mark; undefined when the bytes are not UTF-8. */
  get text(): string | undefined {
    this.cachedText ??= { text: decode(this.bytes) };
    return this.cachedText.text;
  }

  get tooLarge(): boolean {
    return this.bytes.byteLength > largestCheckedFile;
  }

  /** The analysis of a module skill's code; undefined for a file that is not text or too large. */
  get skill(): SkillAnalysis | undefined {
    if (this.text === undefined || this.tooLarge) return undefined;
    this.cachedSkill ??= analyzeSkill(this.text);
    return this.cachedSkill;
  }

  get evaluation(): { file: EvalFile; issues: RangedIssue[] } | undefined {
    if (this.text === undefined || this.tooLarge) return undefined;
    this.cachedEval ??= readEvalFile(this.path, this.text);
    return this.cachedEval;
  }

  /** Its `tavora-ignore` comments. */
  get ignores(): readonly Ignore[] {
    this.cachedIgnores ??= this.tooLarge ? [] : readIgnores(this.path, this.text ?? '');
    return this.cachedIgnores;
  }

  get secrets(): readonly RangedIssue[] {
    this.cachedSecrets ??= this.tooLarge ? [] : secretIssues(this.path, this.text ?? '');
    return this.cachedSecrets;
  }

  sameBytes(bytes: Uint8Array): boolean {
    return this.bytes === bytes || Buffer.compare(this.bytes, bytes) === 0;
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
