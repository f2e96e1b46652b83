import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { codedThemes, isFrameFor } from '../domain/surveys/code-frame.ts';
import { codingResults, finalCodes, openQuestionsOf, readCleared } from '../domain/surveys/coding.ts';
import type { CodingResults, JudgedAnswer } from '../domain/surveys/coding.ts';
import { questionsOf } from '../domain/surveys/survey.ts';
import type { Survey } from '../domain/surveys/survey.ts';
import {
  findCoding,
  finishCoding,
  keepCodes,
  keepDecision,
  keepQuote,
  listPossibleCoders,
  makeCoding,
  namesIn,
  readJudged,
} from '../postgres/surveys/coding.ts';
import type { Coding, NewCoding } from '../postgres/surveys/coding.ts';
import type { Db } from '../postgres/database.ts';
import { findWave, readKeptSurvey, readProgress } from '../postgres/surveys/waves.ts';
import { loadCodeFrame } from '../surveys/load-code-frames.ts';
import { frameCodes, hashOfFrame, readCodes } from '../surveys/read-code-frame.ts';
import type { CodesRead } from '../surveys/read-code-frame.ts';
import { whyNotEnded } from './survey-waves.ts';

export type CodingAsked = {
  readonly wave: number;
  readonly question: string;
  /** The id of a code frame that comes with Chaser, or YAML text with codes or a code frame, and the name that faults carry. */
  readonly codes: { readonly frame: string } | { readonly text: string; readonly file: string };
  readonly coders: readonly string[];
  readonly by: string;
};

/**
 * Begins the coding of the answers to one open question. Refused where the wave is not there or has not ended, the question is none that
 * people answer in their own words, the codes have a fault, their code frame is for other questions or was used with other content under the same version,
 * there are not two coders who may, or fewer than ten people wrote something.
 */
export async function beginCoding(db: pg.Pool, { wave: id, question, codes, coders, by }: CodingAsked): Promise<Result<number, Reason>> {
  const wave = await findWave(db, id);
  if (wave === undefined) {
    return refused({ kind: 'unknown-wave', message: `There is no wave ${id}.`, remedy: 'See them with: chaser survey wave list' });
  }
  const early = whyNotEnded(wave);
  if (early !== null) return refused(early);
  const survey = await readKeptSurvey(db, wave.survey, wave.version);
  const open = openQuestionsOf(survey);
  if (!open.some((one) => one.id === question)) {
    const message = `The survey has no open question "${question}".`;
    return refused({ kind: 'unknown-question', message, remedy: `It has: ${open.map((one) => one.id).join(', ')}` });
  }
  const read = codesAsked(codes);
  if (!read.ok) return read;
  const { frame } = read.value;
  if (frame !== null && !isFrameFor(frame, wave.survey, question)) {
    const message = `The code frame "${frame.id}" is not for ${question} of ${wave.survey}.`;
    const questions = frame.questions.length === 0 ? 'any question' : frame.questions.join(', ');
    return refused({ kind: 'other-question', message, remedy: `It is for ${questions} of ${frame.survey ?? 'any survey'}.` });
  }
  const [one, other, ...more] = coders;
  if (one === undefined || other === undefined || more.length > 0 || one === other) {
    return refused({ kind: 'not-two', message: 'Two different people code the answers.', remedy: 'Choose two.' });
  }
  const possible = await listPossibleCoders(db, id);
  const cannot = [one, other].find((coder) => !possible.some(({ person }) => person === coder));
  if (cannot !== undefined) {
    return refused({
      kind: 'may-not-code',
      message: `${cannot} may not code the answers of wave ${id}.`,
      remedy: 'Choose administrators or policy staff who work on no deployments and were not asked in it.',
    });
  }
  const told = (await readProgress(db, id)).flatMap(({ audience, submitted }) => (submitted === null ? [] : [audience]));
  const made = await makeCoding(db, {
    ...{
      wave: id,
      survey: wave.survey,
      question,
      codes: read.value.codes,
      coders: [one, other],
      by,
      told,
      listedBy: listOf(survey, question),
    },
    from: frame === null ? null : { frame, sha256: hashOfFrame(frame) },
  });
  if (typeof made === 'number') return ok(made);
  if (made === 'other-frame') {
    const message = `Version ${frame?.version} of the code frame "${frame?.id}" was used with other content before.`;
    return refused({ kind: 'other-frame', message, remedy: 'Give the changed frame a new version.' });
  }
  return refused({
    kind: 'too-few',
    message: `Fewer than 10 people answered ${question} in their own words.`,
    remedy: 'So few answers are not coded: their words would tell who they are.',
  });
}

/** The closed question by whose answers a survey lists the quotations of an open one; null: by none. */
function listOf(survey: Survey, id: string): NewCoding['listedBy'] {
  const questions = questionsOf(survey).map(({ question }) => question);
  const open = questions.find((question) => question.id === id);
  const closed = open?.kind === 'text' ? questions.find((question) => question.id === open.quotedBy) : undefined;
  return closed?.kind === 'choice'
    ? { question: closed.id, options: closed.scale.options.map((option) => ({ id: option.id, label: option.label })) }
    : null;
}

function codesAsked(codes: CodingAsked['codes']): Result<CodesRead, Reason> {
  if ('text' in codes) return readCodes(codes.text, codes.file);
  const loaded = loadCodeFrame(codes.frame);
  return loaded.ok ? ok({ codes: frameCodes(loaded.value), frame: loaded.value }) : loaded;
}

/** Why codes cannot be given: one that the coding does not have; null: they can. */
function unknownCode({ codes }: Coding, given: readonly string[]): Reason | null {
  const strange = given.find((code) => !codes.some(({ id }) => id === code));
  if (strange === undefined) return null;
  return { kind: 'unknown-code', message: `There is no code "${strange.slice(0, 60)}"`, remedy: 'Choose from the codes shown.' };
}

type OfAnswer = { readonly coding: number; readonly place: number; readonly by: string };

/** Gives an answer codes, for one of its two coders. No code at all is a judgement too. Refused for anybody else, and once they have finished. */
export async function codeAnswer(
  db: Db,
  { codes, ...of }: OfAnswer & { readonly codes: readonly string[] },
): Promise<Result<null, Reason>> {
  const coding = await findCoding(db, of.coding);
  const strange = coding === undefined ? null : unknownCode(coding, codes);
  if (strange !== null) return refused(strange);
  if (await keepCodes(db, { ...of, codes: inOrder(coding, codes) })) return ok(null);
  return refused({ kind: 'not-yours', message: 'You do not code this answer, or have finished', remedy: 'See the coding.' });
}

/** The codes in the order of the frame, each once. */
function inOrder(coding: Coding | undefined, given: readonly string[]): readonly string[] {
  return (coding?.codes ?? []).map(({ id }) => id).filter((id) => given.includes(id));
}

/** Finishes the coding of one of the two. Refused while an answer of theirs has not been looked at. */
export async function finishOwnCoding(db: Db, coding: number, by: string): Promise<Result<null, Reason>> {
  if (await finishCoding(db, coding, by)) return ok(null);
  return refused({ kind: 'not-all', message: 'Code every answer first', remedy: 'Code the rest.' });
}

/** Decides the codes of an answer on which the two differ. Refused before both have finished, and where they agree. */
export async function decideCodes(
  db: Db,
  { codes, ...of }: OfAnswer & { readonly codes: readonly string[] },
): Promise<Result<null, Reason>> {
  const [coding, judged] = [await findCoding(db, of.coding), await readJudged(db, of.coding)];
  const answer = judged?.find(({ place }) => place === of.place);
  if (coding === undefined || answer === undefined || finalCodes({ ...answer, decided: null }) !== null) {
    return refused({ kind: 'nothing-to-decide', message: 'There is nothing to decide on this answer', remedy: 'See the coding.' });
  }
  const strange = unknownCode(coding, codes);
  if (strange !== null) return refused(strange);
  await keepDecision(db, { ...of, codes: inOrder(coding, codes) });
  return ok(null);
}

/**
 * Clears words of an answer to be quoted, or says that it may not be quoted (`words` null). Refused before both coders have finished, and
 * where the words name somebody: see `readCleared`.
 */
export async function clearAnswer(db: Db, { words, ...of }: OfAnswer & { readonly words: string | null }): Promise<Result<null, Reason>> {
  const cleared = words === null ? ok(null) : readCleared(words, await namesIn(db, of.coding, words));
  if (!cleared.ok) return cleared;
  if (await keepQuote(db, { ...of, cleared: cleared.value })) return ok(null);
  return refused({ kind: 'not-finished', message: 'Both coders must finish first', remedy: 'See the coding.' });
}

/** A coding with what it came to; `results` null until both coders have finished. */
export async function readResults(
  db: Db,
  id: number,
): Promise<{ readonly coding: Coding; readonly judged: readonly JudgedAnswer[]; readonly results: CodingResults | null } | undefined> {
  const coding = await findCoding(db, id);
  if (coding === undefined) return undefined;
  const judged = await readJudged(db, id);
  const grouped = coding.frame === null ? [] : codedThemes(coding.frame);
  return { coding, judged: judged ?? [], results: judged === undefined ? null : codingResults(coding.codes, judged, grouped) };
}
