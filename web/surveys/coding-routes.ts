import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { beginCoding, finishOwnCoding, readResults } from '../../desk/survey-coding.ts';
import { AUDIENCE_NAMES } from '../../desk/survey-waves.ts';
import { percentOfShare } from '../../domain/percent.ts';
import { capitalised, inWords } from '../../domain/words.ts';
import { rowNumber } from '../../domain/row-number.ts';
import type { Agreement } from '../../domain/surveys/agreement.ts';
import { isFrameFor } from '../../domain/surveys/code-frame.ts';
import type { CodeFrame } from '../../domain/surveys/code-frame.ts';
import { finalCodes, openQuestionsOf } from '../../domain/surveys/coding.ts';
import type { CodingResults, ThemeRow } from '../../domain/surveys/coding.ts';
import type { KnownAudience } from '../../domain/surveys/population.ts';
import { MARK_WORDS } from '../../domain/surveys/survey.ts';
import { listCodings, listPossibleCoders } from '../../postgres/surveys/coding.ts';
import type { Coding } from '../../postgres/surveys/coding.ts';
import { codesName } from '../../outputs/coding.ts';
import { findWave, readKeptSurvey } from '../../postgres/surveys/waves.ts';
import type { Wave } from '../../postgres/surveys/waves.ts';
import { loadCodeFrames } from '../../surveys/load-code-frames.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { fieldInputs } from '../changes/change-view.ts';
import type { ChangeField } from '../changes/change-form.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { keepsApart } from './coding-access.ts';
import { isTooEarly } from './too-early.ts';

const send = staffPages('surveys');
const RUNS = { config: { access: 'run-surveys' } } as const;

type OfWave = { Params: { wave: string }; Body: FormBody | null };
type OfCoding = { Params: { coding: string }; Querystring: { told?: unknown }; Body: FormBody | null };

const TOLD = { begun: 'The coding has begun.', finished: 'You have finished coding.' } as const;

/**
 * The coding of open answers: which codings a survey has, a new one, and what one came to. Whoever works with respondents sees none of
 * it.
 */
export function registerSurveyCodingRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfWave>('/survey-waves/:wave/coding', RUNS, async (request, reply) => {
    const of = await ended(request, reply);
    if (of === null) return reply;
    const { user, wave } = of;
    const codings = await listCodings(db, wave.id);
    const texts = await questionTexts(wave);
    return send(reply, user, 'surveys/codings', {
      title: 'Code open answers',
      wave,
      codings: codings.map((one) => ({
        href: urls.surveyCoding(one.id),
        text: texts.get(one.question) ?? one.question,
        state: stateOf(one),
      })),
      newHref: urls.newSurveyCoding(wave.id),
      backHref: urls.surveyWave(wave.id),
    });
  });

  app.get<OfWave>('/survey-waves/:wave/coding/new', RUNS, async (request, reply) => {
    const of = await ended(request, reply);
    return of === null ? reply : formPage(reply, of.user, of.wave, {}, []);
  });

  app.post<OfWave>('/survey-waves/:wave/coding', RUNS, async (request, reply) => {
    const of = await ended(request, reply);
    if (of === null) return reply;
    const { user, wave } = of;
    const body = request.body ?? {};
    const [question, frame, text, first, second] = ['question', 'frame', 'codes', 'first', 'second'].map((id) => typed(body, id)) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const missing = (await fieldsOf(wave)).flatMap(({ id, missing: what, optional }) =>
      typed(body, id) === '' && optional !== true ? [{ id, text: what }] : [],
    );
    if (frame === OWN && text === '') missing.push({ id: 'codes', text: 'Enter the codes' });
    if (frame !== OWN && frame !== '' && text !== '') {
      missing.push({ id: 'codes', text: 'Delete the codes that you entered, or select “Codes of your own”' });
    }
    if (missing.length > 0) return formPage(reply.code(400), user, wave, body, missing);
    const codes = frame === OWN ? { text, file: 'Codes' } : { frame };
    const made = await beginCoding(db, { wave: wave.id, question, codes, coders: [first, second], by: user.person });
    if (made.ok) return reply.redirect(`${urls.surveyCoding(made.value)}?told=begun`, 303);
    const { kind, message, remedy } = made.reason;
    const fault = `${message.replace(/\.$/, '')}. ${remedyOnPage(remedy)}`.replace(/\.$/, '');
    const code = kind === 'too-few' || kind === 'other-frame' ? 409 : 400;
    return formPage(reply.code(code), user, wave, body, [{ id: faultAt(kind, frame), text: fault }]);
  });

  app.get<OfCoding>('/survey-coding/:coding', RUNS, async (request, reply) => codingPage(request, reply, []));

  app.post<OfCoding>('/survey-coding/:coding/finish', RUNS, async (request, reply) => {
    const [user, id] = [signedIn(request), rowNumber(request.params.coding)];
    if (id === null) return reply.callNotFound();
    if (keepsApart(reply, user)) return reply;
    const done = await finishOwnCoding(db, id, user.person);
    if (!done.ok) return codingPage(request, reply.code(409), [done.reason.message]);
    return reply.redirect(`${urls.surveyCoding(id)}?told=finished`, 303);
  });

  /** The wave of an address for somebody who may see its answers; null: they were answered otherwise. */
  async function ended(request: FastifyRequest<OfWave>, reply: FastifyReply): Promise<{ readonly user: User; readonly wave: Wave } | null> {
    const [user, id] = [signedIn(request), rowNumber(request.params.wave)];
    const wave = id === null ? undefined : await findWave(db, id);
    if (wave === undefined) {
      reply.callNotFound();
      return null;
    }
    if (keepsApart(reply, user)) return null;
    return isTooEarly(reply, user, wave) ? null : { user, wave };
  }

  async function questionTexts({ survey, version }: Pick<Wave, 'survey' | 'version'>): Promise<ReadonlyMap<string, string>> {
    return new Map(openQuestionsOf(await readKeptSurvey(db, survey, version)).map(({ id, text }) => [id, text]));
  }

  async function fieldsOf(wave: Wave): Promise<readonly ChangeField[]> {
    const coders = (await listPossibleCoders(db, wave.id)).map(({ person, name }) => ({ value: person, text: name }));
    const questions = [...(await questionTexts(wave))].map(([value, text]) => ({ value, text }));
    const frames = framesFor(wave, questions).map(({ id, version, title, questions: of, codes }) => ({
      value: id,
      text: title,
      hint: `${of.length === 0 ? 'For any question' : `For ${inWords(of.map((one) => `“${questions.find(({ value }) => value === one)?.text ?? one}”`))}`}. ${codes.length} codes. ${id}, version ${version}`,
    }));
    return [
      { kind: 'choice', id: 'question', label: 'Which question?', missing: 'Select a question', options: questions },
      {
        kind: 'choice',
        id: 'frame',
        label: 'Which codes?',
        missing: 'Select which codes',
        options: [...frames, { value: OWN, text: 'Codes of your own', hint: 'Enter them below' }],
      },
      {
        kind: 'words',
        id: 'codes',
        label: 'Codes of your own (optional)',
        hint: 'Enter one on each line: a short name, a colon and what it means. For example, relevance: The support was relevant. Or paste the file of a code frame',
        missing: '',
        optional: true,
      },
      { kind: 'choice', id: 'first', label: 'Who codes?', missing: 'Select who codes', options: coders },
      {
        kind: 'choice',
        id: 'second',
        label: 'Who else codes, without seeing the other’s codes?',
        missing: 'Select who else codes',
        options: coders,
      },
    ];
  }

  async function formPage(reply: FastifyReply, user: User, wave: Wave, body: FormBody, problems: readonly FormProblem[]) {
    return send(reply, user, 'surveys/coding-new', {
      title: 'Code the answers to a question',
      possible: (await listPossibleCoders(db, wave.id)).length > 1,
      fields: fieldInputs(await fieldsOf(wave), body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      frames: framesFor(
        wave,
        [...(await questionTexts(wave)).keys()].map((value) => ({ value })),
      ).map(frameView),
      action: urls.surveyCodings(wave.id),
      backHref: urls.surveyCodings(wave.id),
    });
  }

  async function codingPage(request: FastifyRequest<OfCoding>, reply: FastifyReply, problems: readonly string[]) {
    const [user, id] = [signedIn(request), rowNumber(request.params.coding)];
    const found = id === null ? undefined : await readResults(db, id);
    const wave = found === undefined ? undefined : await findWave(db, found.coding.wave);
    if (found === undefined || wave === undefined) return reply.callNotFound();
    if (keepsApart(reply, user)) return reply;
    const { coding, results, judged } = found;
    const mine = coding.coders.find(({ person }) => person === user.person);
    const home = urls.surveyCoding(coding.id);
    return send(reply, user, 'surveys/coding', {
      title: (await questionTexts(wave)).get(coding.question) ?? coding.question,
      wave,
      coding,
      codesName: coding.frame === null ? capitalised(codesName(coding)) : `${coding.frame.title} (${codesName(coding)})`,
      frame: coding.frame === null ? null : frameView(coding.frame),
      told: Object.entries(TOLD).find(([name]) => name === request.query.told)?.[1] ?? null,
      errors: problems.map((text) => ({ text, href: '#coders' })),
      mine: mine === undefined ? null : { ...mine, left: coding.answers - mine.coded },
      mineHref: `${home}/mine`,
      finish: `${home}/finish`,
      differencesHref: `${home}/differences`,
      quotesHref: `${home}/quotes`,
      toLook: judged.filter(({ looked }) => !looked).length,
      results: results === null ? null : resultsView(coding, results),
      differing: judged.filter((answer) => finalCodes({ ...answer, decided: null }) === null).length,
      backHref: urls.surveyCodings(wave.id),
    });
  }
}

function stateOf({ answers, coders }: Coding): string {
  const finished = coders.filter((coder) => coder.finished).length;
  return `${answers} answers. ${finished === 2 ? 'Both have finished coding' : finished === 1 ? 'One of two has finished coding' : 'Being coded'}`;
}

function resultsView(
  { codes, frame }: Coding,
  { agreement, agreementTogether, agreedOnAll, undecided, themes, together, quotes }: CodingResults,
) {
  const counted = (row: ThemeRow) => [
    row.audience === null ? row.code.label : `${row.code.label}: ${roleName(row.audience)}`,
    String(row.base),
    row.count === null ? 'not shown' : `${row.count} (${row.percent}%)`,
  ];
  const labelOf = (code: string) => codes.find(({ id }) => id === code)?.label ?? code;
  return {
    agreedOnAll: percent(agreedOnAll),
    agreement: agreement.map((one) => agreed(labelOf(one.code), one)),
    agreementTogether: agreementTogether.map((one) => agreed(frame?.themes.find(({ id }) => id === one.code)?.label ?? one.code, one)),
    undecided,
    themes: themes.map(counted),
    together: together.map(counted),
    quotes: quotes.map(({ audience, listedBy, codes: given, words }, at) => ({
      words,
      heading: listedBy === (quotes[at - 1]?.listedBy ?? null) ? null : (listedBy ?? 'In no list, because few share it'),
      role: audience === null ? null : roleName(audience),
      codes: given.map(labelOf).join('; '),
    })),
  };
}

function agreed(label: string, { agreed: share, kappa }: Agreement): readonly string[] {
  return [label, percent(share), kappa === null ? '–' : kappa.toFixed(2)];
}

const percent = (share: number): string => `${percentOfShare(share)}%`;

export function roleName(audience: string): string {
  return AUDIENCE_NAMES[audience as KnownAudience] ?? audience;
}

/** The choice of the form that the codes are typed. */
const OWN = 'own';

/** The code frames that come with Chaser for some of these questions of a survey. */
function framesFor({ survey }: Pick<Wave, 'survey'>, questions: readonly { readonly value: string }[]): readonly CodeFrame[] {
  return loadCodeFrames().filter((frame) => questions.some(({ value }) => isFrameFor(frame, survey, value)));
}

/** What a code frame says, as pages show it. */
function frameView({ title, source, assumptions, themes, codes }: CodeFrame) {
  const linesOf = (theme: string | null) =>
    codes
      .filter((code) => code.theme === theme)
      .map(({ label, mark, definition, inventedExamples }) => ({ label, mark: MARK_WORDS[mark], definition, inventedExamples }));
  const groups = [
    ...themes.map(({ id, label, mark }) => ({ label, mark: MARK_WORDS[mark], codes: linesOf(id) })),
    { label: null, mark: null, codes: linesOf(null) },
  ];
  return { title, source, assumptions, groups: groups.filter(({ codes: some }) => some.length > 0) };
}

/** The input in which a refusal is put right. */
function faultAt(kind: string, frame: string): string {
  if (kind === 'faulty-codes') return 'codes';
  if (kind === 'unknown-frame' || kind === 'other-frame') return frame === OWN ? 'codes' : 'frame';
  return kind === 'not-two' || kind === 'may-not-code' ? 'second' : 'question';
}
