import type { Embedder } from '../knowledge';
import { kinship, stems, words } from '../models/rehearsal/words';
import { type Claim, denies, holds, readClaims, sentences } from './claims';
import { type Evidence, type Judge, JudgeError, type Verdict } from './types';

export const offlineJudgeModel = 'local/similarity';

/** Sentences of an answer beyond these are not compared one by one. */
const mostSentences = 40;
/** Cosines of English sentences that have nothing in common, and of those that say the same. */
const cosine = { stranger: 0.25, same: 0.75 };
/** What likeness counts for between a sentence that says something and one that denies it. */
const oppositeWeight = 0.4;
/** What a question of the agent is worth where the criteria want one, whatever its words. */
const askedWorth = 0.8;

interface Scored {
  claim: Claim;
  /** 0 to 1; undefined for a claim that likeness says nothing of. */
  worth: number | undefined;
  because: string;
}

/**
 * A judge without a language model: deterministic, and no more than likeness. Each sentence of the criteria is
 * compared with the sentences of the answer, by the meaning that the embedding model gives them and by their words.
 * What it cannot tell it says: a sentence that forbids something is judged only by the text that it quotes, and
 * left out else. `docs/evals.md` has the rules.
 */
export class OfflineJudge implements Judge {
  readonly model = offlineJudgeModel;
  readonly #embedder: Embedder | undefined;

  /** @param embedder undefined compares words only. */
  constructor(embedder: Embedder | undefined) {
    this.#embedder = embedder;
  }

  async judge({ criteria }: { criteria: string }, evidence: Evidence, signal: AbortSignal): Promise<Verdict> {
    const said = [evidence.response, ...evidence.questions.map(({ message }) => message)].join('\n');
    const units = windows(sentences(said).flatMap(apartFromDenial).slice(0, mostSentences));
    const claims = readClaims(criteria);
    const compared = claims.filter(({ forbids }) => !forbids);
    const meanings = await this.#meanings(compared, units, signal);
    const scored = claims.map((claim) =>
      claim.forbids
        ? judgeForbidden(claim, said)
        : judgeDemanded(claim, units, meanings?.get(claim), said, evidence),
    );
    const worths = scored.flatMap(({ worth }) => (worth === undefined ? [] : [worth]));
    if (worths.length === 0) {
      throw new JudgeError(
        `The offline judge cannot tell whether an answer meets "${criteria}": likeness does not show what is not ` +
          'there. Add expectations such as {"kind": "not_contains", "value": "…"}, or set TAVORA_JUDGE_MODEL.',
      );
    }
    const mean = worths.reduce((sum, worth) => sum + worth, 0) / worths.length;
    return {
      score: Math.round(mean * 100) / 10,
      reasoning: this.#reasoning(scored, meanings !== undefined),
      promptTokens: 0,
      completionTokens: 0,
    };
  }

  /** @returns for each claim its cosine with each unit of one sentence; undefined without a model that works. */
  async #meanings(
    claims: readonly Claim[],
    units: readonly Unit[],
    signal: AbortSignal,
  ): Promise<Map<Claim, Map<Unit, number>> | undefined> {
    const single = units.filter(({ size }) => size === 1);
    if (!this.#embedder || claims.length === 0 || single.length === 0) return undefined;
    const texts = [...claims.map(({ content }) => content), ...single.map(({ text }) => text)];
    const vectors = await this.#embedder.embed(texts, signal);
    return new Map(
      claims.map((claim, at) => {
        const row = single.map((unit, of): [Unit, number] => [
          unit,
          likeness(vectors[at], vectors[claims.length + of]),
        ]);
        return [claim, new Map(row)];
      }),
    );
  }

  #reasoning(scored: readonly Scored[], byMeaning: boolean): string {
    const how = byMeaning ? `meaning (${this.#embedder?.model}) and words` : 'words';
    const lines = scored.map(({ claim, worth, because }) => {
      const mark = worth === undefined ? 'not judged' : (worth * 10).toFixed(1);
      return `- ${mark}: “${claim.text}” ${because}`;
    });
    return [
      `Judged offline by likeness of ${how}, without understanding; set TAVORA_JUDGE_MODEL for a judge that reads.`,
      ...lines,
    ].join('\n');
  }
}

/** "That did not work: it is too late" says that it is too late; only what stands before it denies. */
function apartFromDenial(sentence: string): string[] {
  const colon = sentence.indexOf(': ');
  return colon > 0 && denies(sentence.slice(0, colon))
    ? [sentence.slice(0, colon + 1), sentence.slice(colon + 2)]
    : [sentence];
}

/** One to three sentences of an answer that follow each other. */
interface Unit {
  text: string;
  size: number;
  stems: Set<string>;
  denies: boolean;
}

/** Every word counts here, also as the stem that it has in common with others. */
function wordsOf(text: string): Set<string> {
  return new Set([...words(text), ...stems(text).map(kinship)]);
}

function windows(list: readonly string[]): Unit[] {
  const units: Unit[] = [];
  for (let size = 1; size <= 3; size++) {
    for (let at = 0; at + size <= list.length; at++) {
      const text = list.slice(at, at + size).join(' ');
      units.push({ text, size, stems: wordsOf(text), denies: denies(text) });
    }
  }
  return units;
}

function judgeForbidden(claim: Claim, said: string): Scored {
  const [first] = claim.literals;
  if (first === undefined) {
    return { claim, worth: undefined, because: 'forbids something, which likeness cannot show.' };
  }
  const found = claim.literals.find((literal) => holds(said, literal));
  return found === undefined
    ? { claim, worth: 1, because: `holds: the answer has no “${first}”.` }
    : { claim, worth: 0, because: `does not hold: the answer has “${found}”.` };
}

function judgeDemanded(
  claim: Claim,
  units: readonly Unit[],
  meanings: Map<Unit, number> | undefined,
  said: string,
  evidence: Evidence,
): Scored {
  const telling = stems(claim.content).map(kinship);
  // "Hello" says nothing in a question, but all there is in a criterion of its own.
  const wanted = new Set(telling.length > 0 ? telling : words(claim.content));
  let best = { worth: 0, text: '', opposite: false };
  for (const unit of units) {
    const shared = [...wanted].filter((stem) => unit.stems.has(stem)).length;
    const byWords = wanted.size > 0 ? shared / wanted.size : 0;
    const opposite = unit.denies !== claim.denies;
    const like = Math.max(byWords, meanings?.get(unit) ?? 0) * (opposite ? oppositeWeight : 1);
    if (like > best.worth) best = { worth: like, text: unit.text, opposite };
  }
  const question = evidence.questions[0]?.message;
  if (claim.asks && question !== undefined && best.worth < askedWorth) {
    best = { worth: askedWorth, text: question, opposite: false };
  }
  const missing = claim.literals.filter((literal) => !holds(said, literal));
  const present = claim.literals.length > 0 ? 1 - missing.length / claim.literals.length : 1;
  return { claim, worth: best.worth * present, because: because(best, missing) };
}

function because(
  { text, opposite }: { text: string; opposite: boolean },
  missing: readonly string[],
): string {
  const near = text
    ? `is nearest to “${shorten(text)}”${opposite ? ', of which one denies what the other says' : ''}`
    : 'is like nothing in the answer';
  return missing.length > 0 ? `${near}; the answer lacks ${missing.join(', ')}.` : `${near}.`;
}

/** @returns how much two vectors say the same, 0 to 1. */
function likeness(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b) return 0;
  let dot = 0;
  let lengths = [0, 0];
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    dot += x * y;
    lengths = [(lengths[0] ?? 0) + x * x, (lengths[1] ?? 0) + y * y];
  }
  const cos = dot / (Math.sqrt((lengths[0] ?? 0) * (lengths[1] ?? 0)) || 1);
  return Math.min(1, Math.max(0, (cos - cosine.stranger) / (cosine.same - cosine.stranger)));
}

function shorten(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}
