import type { FastifyInstance, FastifyReply } from 'fastify';
import { planAtEndSurvey } from '../../desk/plan-at-end.ts';
import { planWave } from '../../desk/plan-wave.ts';
import type { WavePlan } from '../../desk/plan-wave.ts';
import { AUDIENCE_NAMES, endWave, LEFT_OUT_NAMES, LETTER_NAMES, startAtEnd, startWave, WAVE_STATES } from '../../desk/survey-waves.ts';
import { rowNumber } from '../../domain/row-number.ts';
import { AUDIENCES, LEFT_OUT } from '../../domain/surveys/population.ts';
import type { LeftOut } from '../../domain/surveys/population.ts';
import { FIRST_SPLIT, splitsOf } from '../../domain/surveys/splits.ts';
import { londonDate } from '../../domain/time/london.ts';
import { capitalised } from '../../domain/words.ts';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { programmesAskedAbout } from '../../postgres/surveys/candidates.ts';
import { hasEnded } from '../../postgres/surveys/figures.ts';
import { countLeftOut, findWave, listWaves, plannedDays, readKeptSurvey, readProgress } from '../../postgres/surveys/waves.ts';
import { listSurveys, loadSurvey } from '../../surveys/load-surveys.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { typed } from '../answer/read-fields.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { readChange, typedInto } from '../changes/read-change.ts';
import type { ReadChange } from '../changes/read-change.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { AT_END, faultAt, waveAskedOf, waveFields } from './wave-form.ts';
import type { Choosable } from './wave-form.ts';

const send = staffPages('surveys');
const RUNS = { config: { access: 'run-surveys' } } as const;

type OfWave = { Params: { wave: string }; Querystring: { made?: unknown; ended?: unknown }; Body: FormBody | null };

/**
 * Waves of surveys: which there are, a new one with everything that it would do before it is made, and how far one has come. The pages say
 * how many, and never who.
 */
export function registerSurveyWaveRoutes(app: FastifyInstance, { db, temporal, taskQueue }: Services): void {
  const desk = { db, client: temporal, taskQueue };

  app.get('/survey-waves', RUNS, async (request, reply) => {
    const [waves, titled] = await Promise.all([listWaves(db), titlesAskedAbout()]);
    return send(reply, signedIn(request), 'surveys/waves', {
      title: 'Surveys',
      waves: waves.map((wave) => ({
        ...wave,
        href: urls.surveyWave(wave.id),
        state: WAVE_STATES[wave.state],
        programmes: wave.programmes.map(titled),
      })),
      newHref: urls.newSurveyWave(),
    });
  });

  app.get('/survey-waves/new', RUNS, async (request, reply) => formPage(reply, signedIn(request), {}, []));

  app.post<{ Body: FormBody | null }>('/survey-waves/check', RUNS, async (request, reply) => {
    const [user, body] = [signedIn(request), request.body ?? {}];
    const read = await readForm(body);
    if (read.problems.length > 0) return formPage(reply.status(400), user, body, read.problems);
    const hidden = Object.entries(typedInto(read.fields, body)).map(([name, value]) => ({ name, value }));
    if (read.atEnd) {
      const plan = await planAtEndSurvey(db, read.asked, londonDate(nowMs()));
      if (!plan.ok) return formPage(reply.status(400), user, body, [problemOf(plan.reason)]);
      const { survey, ...days } = plan.value;
      const title = 'Check the survey before you make it';
      const view = { ...days, title, survey: `${survey.title}, version ${survey.version}`, hidden, backHref: urls.newSurveyWave() };
      return send(reply, user, 'surveys/at-end-check', view);
    }
    const plan = await planWave(db, read.asked, londonDate(nowMs()));
    if (!plan.ok) return formPage(reply.status(400), user, body, [problemOf(plan.reason)]);
    return send(reply, user, 'surveys/wave-check', {
      title: 'Check the survey before you make it',
      ...planView(plan.value),
      hidden,
      backHref: urls.newSurveyWave(),
    });
  });

  app.post<{ Body: FormBody | null }>('/survey-waves', RUNS, async (request, reply) => {
    const [user, body] = [signedIn(request), request.body ?? {}];
    const read = await readForm(body);
    if (read.problems.length > 0) return formPage(reply.status(400), user, body, read.problems);
    const start = read.atEnd ? startAtEnd : startWave;
    const made = await start(desk, read.asked, { by: user.person, today: londonDate(nowMs()) });
    if (!made.ok) return formPage(reply.status(409), user, body, [problemOf(made.reason)]);
    return reply.redirect(`${urls.surveyWave(made.value.id)}?made=yes`, 303);
  });

  app.get<OfWave>('/survey-waves/:wave', RUNS, async (request, reply) => {
    const told = request.query.made === 'yes' ? 'The survey is made.' : request.query.ended === 'yes' ? 'The survey is called off.' : null;
    return (await wavePage(reply, signedIn(request), request.params.wave, { told, problem: null })) ?? reply.callNotFound();
  });

  app.post<OfWave>('/survey-waves/:wave/call-off', RUNS, async (request, reply) => {
    const [user, because] = [signedIn(request), typed(request.body ?? {}, 'because')];
    const id = rowNumber(request.params.wave);
    if (id === null || (await findWave(db, id)) === undefined) return reply.callNotFound();
    const wrong = because === '' ? 'Enter why it is called off' : because.length > LONGEST_REASON ? TOO_LONG : null;
    if (wrong !== null) return wavePage(reply.status(400), user, request.params.wave, { told: null, problem: wrong });
    const ended = await endWave(desk, id, { by: user.person, because });
    if (!ended.ok) return wavePage(reply.status(409), user, request.params.wave, { told: null, problem: ended.reason.message });
    return reply.redirect(`${urls.surveyWave(id)}?ended=yes`, 303);
  });

  /** What people call a programme that a survey asks about. */
  async function titlesAskedAbout(): Promise<(programme: string) => string> {
    const titles = new Map((await programmesAskedAbout(db)).map(({ value, text }) => [value, text]));
    return (programme) => titles.get(programme) ?? programme;
  }

  async function readForm(body: FormBody): Promise<
    Pick<ReadChange, 'problems'> & {
      asked: NonNullable<ReturnType<typeof waveAskedOf>>;
      fields: ReturnType<typeof waveFields>;
      atEnd: boolean;
    }
  > {
    const programmes = await programmesAskedAbout(db);
    const fields = waveFields(surveysOnOffer(), programmes, splitsOnOffer());
    const { problems, said } = await readChange(db, fields, body);
    const asked = waveAskedOf(said, programmes);
    return {
      problems,
      fields,
      atEnd: said('when') === AT_END,
      asked: asked ?? { survey: '', programmes: [], opensOn: londonDate(nowMs()), closesOn: null, cutOffOn: null },
    };
  }

  async function formPage(reply: FastifyReply, user: User, body: FormBody, problems: readonly FormProblem[]): Promise<FastifyReply> {
    const [surveys, programmes] = [surveysOnOffer(), await programmesAskedAbout(db)];
    return send(reply, user, 'surveys/wave-new', {
      title: 'New survey',
      possible: surveys.length > 0 && programmes.length > 0,
      fields: fieldInputs(waveFields(surveys, programmes, splitsOnOffer()), body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      backHref: urls.surveyWaves(),
    });
  }

  async function wavePage(
    reply: FastifyReply,
    user: User,
    given: string,
    { told, problem }: { readonly told: string | null; readonly problem: string | null },
  ): Promise<FastifyReply | undefined> {
    const id = rowNumber(given);
    const wave = id === null ? undefined : await findWave(db, id);
    if (wave === undefined) return undefined;
    const [survey, progress, leftOut, days, titled] = await Promise.all([
      readKeptSurvey(db, wave.survey, wave.version),
      readProgress(db, wave.id),
      countLeftOut(db, wave.id),
      plannedDays(db, wave.id),
      titlesAskedAbout(),
    ]);
    return send(reply, user, 'surveys/wave', {
      title: wave.title,
      wave: {
        ...wave,
        stateWords: WAVE_STATES[wave.state],
        programmes: wave.programmes.map(titled),
        splitBy: splitsOf(survey, wave.firstSplit)[0]?.title,
      },
      told,
      progress: progress.map((line) => ({ ...line, name: AUDIENCE_NAMES[line.audience] })),
      leftOut: leftOutLines(leftOut),
      days: days.map(({ on, kind }) => ({ on, name: LETTER_NAMES[kind] })),
      because: fieldInputs([REASON], {}, problem === null ? [] : [{ id: 'because', text: problem }]),
      errors: problem === null ? [] : [{ text: problem, href: '#because' }],
      mayEnd: !hasEnded(wave),
      figuresHref: hasEnded(wave) ? urls.surveyFigures(wave.id) : null,
      codingHref: urls.surveyCodings(wave.id),
      action: `${urls.surveyWave(wave.id)}/call-off`,
      backHref: urls.surveyWaves(),
    });
  }
}

const LONGEST_REASON = 1_000;
const TOO_LONG = `The reason must be ${LONGEST_REASON.toLocaleString('en-GB')} characters or fewer`;
const REASON = { kind: 'words', id: 'because', label: 'Why is it called off?', missing: 'Enter why it is called off' } as const;

/** The surveys that ask nobody but whom the record knows. */
function surveysOnOffer(): readonly Choosable[] {
  return listSurveys().flatMap((id) => {
    const survey = loadSurvey(id);
    if (!survey.ok || !survey.value.audiences.every((audience) => AUDIENCES.some((known) => known === audience.id))) return [];
    return [{ value: id, text: `${survey.value.title}, version ${survey.value.version}` }];
  });
}

/** What the figures of any of these surveys can be split by first. */
function splitsOnOffer(): readonly Choosable[] {
  const splits = surveysOnOffer().flatMap(({ value }) => {
    const survey = loadSurvey(value);
    return survey.ok ? splitsOf(survey.value, FIRST_SPLIT) : [];
  });
  return [...new Map(splits.map(({ id, title }) => [id, { value: id, text: capitalised(title) }])).values()];
}

function problemOf({ kind, message, remedy }: { readonly kind: string; readonly message: string; readonly remedy: string }): FormProblem {
  return { id: faultAt(kind), text: `${message} ${remedyOnPage(remedy)}`.replace(/\.$/, '') };
}

function leftOutLines(counts: Readonly<Partial<Record<LeftOut, number>>>) {
  return LEFT_OUT.flatMap((reason) => (counts[reason] === undefined ? [] : [{ why: LEFT_OUT_NAMES[reason], count: counts[reason] }]));
}

function planView({
  survey,
  opensOn,
  closesOn,
  cutOffOn,
  firstSplitTitle,
  asked,
  byAudience,
  twoRoles,
  leftOut,
  letters,
  withoutDays,
  onAssumedDays,
}: WavePlan) {
  return {
    firstSplitTitle,
    survey: `${survey.title}, version ${survey.version}`,
    opensOn,
    closesOn,
    cutOffOn,
    asked,
    byAudience: byAudience.map((line) => ({ name: AUDIENCE_NAMES[line.audience], asked: line.asked })),
    twoRoles,
    leftOut: leftOutLines(leftOut),
    letters: letters.map(({ on, kind, count }) => ({ on, name: LETTER_NAMES[kind], count })),
    withoutDays,
    onAssumedDays,
  };
}
