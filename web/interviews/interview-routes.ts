import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { beginInterview, finishInterview, keepSection } from '../../desk/interviews.ts';
import type { AnswerGiven, InterviewFault } from '../../desk/interviews.ts';
import { isAnswered, labelOf } from '../../domain/fieldwork/interviews.ts';
import type { Interview } from '../../domain/fieldwork/interviews.ts';
import { FACTS, FACT_NAMES, sectionsAsked, sectionTitle } from '../../domain/fieldwork/schedule.ts';
import type { Schedule, ScheduleQuestion, ScheduleSection } from '../../domain/fieldwork/schedule.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { findInterview, listInterviews } from '../../postgres/surveys/interviews.ts';
import { ticked, typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { fieldInputs } from '../changes/change-view.ts';
import type { ChangeField } from '../changes/change-form.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { rowNumber } from '../../domain/row-number.ts';
import { knownSchedules, seesNoInterviews } from './interview-access.ts';

const send = staffPages('surveys');
const RUNS = { config: { access: 'run-surveys' } } as const;

type OfSchedule = { Params: { schedule: string }; Body: FormBody | null };
type OfInterview = { Params: { interview: string; section: string }; Querystring: { told?: unknown }; Body: FormBody | null };

const TOLD = { begun: 'The interview has begun.', saved: 'The answers are saved.', finished: 'The interview is finished.' } as const;

/** Interviews: the list, a new one, and its answers, a page for each section that the person is asked. */
export function registerInterviewRoutes(app: FastifyInstance, { db }: Services): void {
  app.get('/interviews', RUNS, async (request, reply) => {
    const user = signedIn(request);
    if (seesNoInterviews(reply, user)) return reply;
    const interviews = await listInterviews(db);
    return send(reply, user, 'interviews/list', {
      title: 'Interviews',
      schedules: knownSchedules().map((schedule) => ({
        title: schedule.title,
        newHref: urls.newInterview(schedule.id),
        matrixHref: urls.interviewMatrix(schedule.id),
        finished: interviews.filter((one) => one.finished && one.schedule.id === schedule.id).length,
      })),
      interviews: interviews.toReversed().map((one) => ({
        href: urls.interview(one.id),
        id: one.id,
        heldOn: one.heldOn,
        label: wordsOf(one),
        state: one.finished ? 'Finished' : 'Not finished',
      })),
      quotesHref: urls.interviewQuotes(),
      backHref: urls.surveyWaves(),
    });
  });

  app.get<OfSchedule>('/interviews/new/:schedule', RUNS, async (request, reply) => {
    const [user, schedule] = [signedIn(request), scheduleOf(request)];
    if (schedule === undefined) return reply.callNotFound();
    return seesNoInterviews(reply, user) ? reply : newPage(reply, user, schedule, {}, []);
  });

  app.post<OfSchedule>('/interviews/new/:schedule', RUNS, async (request, reply) => {
    const [user, schedule, body] = [signedIn(request), scheduleOf(request), request.body ?? {}];
    if (schedule === undefined) return reply.callNotFound();
    if (seesNoInterviews(reply, user)) return reply;
    const heldOn = parsePlainDate(typedDate(body, 'held'));
    const missing = fieldsOf(schedule).flatMap((field) => {
      if (field.kind === 'date') return heldOn === undefined ? [{ id: 'held-day', text: field.missing }] : [];
      return typed(body, field.id) === '' ? [{ id: field.id, text: field.missing }] : [];
    });
    if (missing.length > 0 || heldOn === undefined) return newPage(reply.code(400), user, schedule, body, missing);
    const facts = Object.fromEntries(FACT_NAMES.map((fact) => [fact, typed(body, fact)]));
    const begun = await beginInterview(db, { schedule, heldOn, facts, by: user.person, nowMs: nowMs() });
    if (begun.ok) return reply.redirect(`${urls.interview(begun.value)}?told=begun`, 303);
    const { at, message } = begun.reason;
    return newPage(reply.code(400), user, schedule, body, [{ id: at === 'held' ? 'held-day' : at, text: message }]);
  });

  app.get<OfInterview>('/interviews/:interview', RUNS, async (request, reply) => interviewPage(request, reply, []));

  app.post<OfInterview>('/interviews/:interview/finish', RUNS, async (request, reply) => {
    const of = await interviewOf(request, reply);
    if (of === null) return reply;
    const done = await finishInterview(db, of.interview.id, of.user.person);
    if (!done.ok) return interviewPage(request, reply.code(409), [done.reason.message]);
    return reply.redirect(`${urls.interview(of.interview.id)}?told=finished`, 303);
  });

  app.get<OfInterview>('/interviews/:interview/sections/:section', RUNS, async (request, reply) => sectionPage(request, reply, []));

  app.post<OfInterview>('/interviews/:interview/sections/:section', RUNS, async (request, reply) => {
    const of = await interviewOf(request, reply);
    if (of === null) return reply;
    const { user, interview } = of;
    const asked = sectionsAsked(interview.schedule, interview.facts);
    const section = asked.find(({ id }) => id === request.params.section);
    if (section === undefined) return reply.callNotFound();
    const body = request.body ?? {};
    const given = section.questions.map((question) => readAnswer(body, question));
    const kept = await keepSection(db, interview, section.id, given, user.person);
    if (!kept.ok) return sectionPage(request, reply.code(400), kept.reason.faults);
    const next = asked[asked.indexOf(section) + 1];
    const href =
      next === undefined || typed(body, 'then') === 'list' ? urls.interview(interview.id) : urls.interviewSection(interview.id, next.id);
    return reply.redirect(`${href}?told=saved`, 303);
  });

  /** The interview of an address for somebody who may see it; null: they were answered otherwise. */
  async function interviewOf(
    request: FastifyRequest<OfInterview>,
    reply: FastifyReply,
  ): Promise<{ readonly user: User; readonly interview: Interview } | null> {
    const [user, id] = [signedIn(request), rowNumber(request.params.interview)];
    const interview = id === null ? undefined : await findInterview(db, id);
    if (interview === undefined) {
      reply.callNotFound();
      return null;
    }
    return seesNoInterviews(reply, user) ? null : { user, interview };
  }

  async function interviewPage(request: FastifyRequest<OfInterview>, reply: FastifyReply, problems: readonly string[]) {
    const of = await interviewOf(request, reply);
    if (of === null) return reply;
    const { user, interview } = of;
    return send(reply, user, 'interviews/interview', {
      title: `Interview ${interview.id}`,
      told: toldIn(request),
      errors: problems.map((text) => ({ text, href: '#sections' })),
      heldOn: interview.heldOn,
      facts: [
        ['Asked', interview.schedule.title],
        ...FACT_NAMES.flatMap((fact) => {
          const value = interview.schedule.facts[fact]?.find(({ id }) => id === interview.facts[fact]);
          return value === undefined ? [] : [[FACTS[fact], value.label]];
        }),
        ['State', interview.finished ? 'Finished' : 'Not finished'],
      ],
      sections: sectionsAsked(interview.schedule, interview.facts).map((section) => ({
        href: urls.interviewSection(interview.id, section.id),
        title: sectionTitle(section),
        answered: section.questions.filter((question) => {
          const answer = interview.answers.find((one) => one.question === question.number);
          return answer !== undefined && isAnswered(answer);
        }).length,
        questions: section.questions.length,
      })),
      finish: interview.finished ? null : `${urls.interview(interview.id)}/finish`,
      backHref: urls.interviews(),
    });
  }

  async function sectionPage(request: FastifyRequest<OfInterview>, reply: FastifyReply, faults: readonly InterviewFault[]) {
    const of = await interviewOf(request, reply);
    if (of === null) return reply;
    const { user, interview } = of;
    const section = sectionsAsked(interview.schedule, interview.facts).find(({ id }) => id === request.params.section);
    if (section === undefined) return reply.callNotFound();
    return send(reply, user, 'interviews/section', {
      title: sectionTitle(section),
      caption: `Interview ${interview.id}, ${wordsOf(interview)}`,
      told: faults.length > 0 ? null : toldIn(request),
      errors: faults.map(({ at, message }) => ({ text: message, href: `#${at}` })),
      questions: questionsView(section, interview, faults.length > 0 ? (request.body ?? {}) : null, faults),
      action: urls.interviewSection(interview.id, section.id),
      backHref: urls.interview(interview.id),
    });
  }

  function newPage(reply: FastifyReply, user: User, schedule: Schedule, body: FormBody, problems: readonly FormProblem[]) {
    return send(reply, user, 'interviews/new', {
      title: 'Hold an interview',
      caption: schedule.title,
      fields: fieldInputs(fieldsOf(schedule), body, problems),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      action: urls.newInterview(schedule.id),
      backHref: urls.interviews(),
    });
  }
}

const scheduleOf = (request: FastifyRequest<OfSchedule>) => knownSchedules().find(({ id }) => id === request.params.schedule);

const toldIn = (request: FastifyRequest<OfInterview>) => Object.entries(TOLD).find(([name]) => name === request.query.told)?.[1] ?? null;

function fieldsOf({ facts }: Schedule): readonly ChangeField[] {
  return [
    { kind: 'date', id: 'held', label: 'When was it held?', missing: 'Enter the day on which it was held' },
    ...FACT_NAMES.flatMap((fact): readonly ChangeField[] => {
      const values = facts[fact];
      if (values === undefined) return [];
      const options = values.map(({ id, label }) => ({ value: id, text: label }));
      return [{ kind: 'choice', id: fact, label: FACTS[fact], missing: `Select the ${FACTS[fact].toLowerCase()}`, options }];
    }),
  ];
}

/** "Teaching Schools Council members" or "Headteachers …, Tier 2, Primary, Maintained". */
function wordsOf(interview: Interview): string {
  const { role, tier, phase, type } = labelOf(interview);
  return [role, tier, phase, type].filter((part) => part !== '').join(', ');
}

function readAnswer(body: FormBody, { number }: ScheduleQuestion): AnswerGiven {
  const part = (name: string) => typed(body, `q${number}-${name}`);
  return {
    question: number,
    options: ticked(body, `q${number}-options`),
    note: part('note'),
    quote: part('quote'),
    consent: part('consent'),
  };
}

/** The questions of a section with what was kept of them, or with what was just entered. */
function questionsView(section: ScheduleSection, { answers }: Interview, body: FormBody | null, faults: readonly InterviewFault[]) {
  return section.questions.map((question) => {
    const kept = answers.find((one) => one.question === question.number);
    const consent = kept?.consent === undefined || kept.consent === null ? '' : kept.consent ? 'yes' : 'no';
    const shown = body === null ? { options: [], note: '', quote: '', ...kept, consent } : readAnswer(body, question);
    const errorOf = (part: string) => faults.find(({ at }) => at === `q${question.number}-${part}`)?.message ?? null;
    return {
      ...question,
      name: `q${question.number}`,
      items: question.options.map(({ id, label }) => ({ value: id, text: label, checked: shown.options.includes(id) })),
      note: shown.note,
      quote: shown.quote,
      consent: shown.consent,
      errors: { options: errorOf('options'), note: errorOf('note'), quote: errorOf('quote'), consent: errorOf('consent') },
    };
  });
}
