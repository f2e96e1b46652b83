import type pg from 'pg';
import { londonDate } from '../../domain/time/london.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { AnswerLinks } from '../../mail/answer-links.ts';
import { writeWaveLetter } from '../../mail/survey-note.ts';
import { keepProgramme } from '../../postgres/pinned/pinned.ts';
import { createWaves } from '../../postgres/surveys/wake.ts';
import { codeByFrame, codeEverything, insertCoders, insertRespondents, placeResponses } from '../surveys/place-people.ts';
import { tsiProgramme } from '../support/programme.ts';
import type { Add } from './asking.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';

/** A programme of its own, so that whoever is asked counts on days that are known whenever the tests run. */
export const OFFER = 'survey-offer';

/** The pages about surveys: those of the staff, and those behind the link that somebody is sent. `as` makes surveys. */
export async function surveyStates(db: pg.Pool, links: AnswerLinks, add: Add, as: string): Promise<void> {
  await placeSurveyOffer(db);

  await add('surveys, none yet', 200, '/survey-waves', { as });
  await add('a new survey', 200, '/survey-waves/new', { as });
  await add('a new survey, everything missing', 400, '/survey-waves/check', { as, form: {} });
  const { opens, wanted } = surveyWanted();
  await add('a new survey, opened in the past', 400, '/survey-waves/check', {
    as,
    form: { ...wanted, ...parts('opens', addDays(londonDate(Date.now()), -30)) },
  });
  await add('a new survey, to check', 200, '/survey-waves/check', { as, form: wanted });
  await add('a new survey, split first by the match', 200, '/survey-waves/check', { as, form: { ...wanted, split: 'match' } });
  await add('a new survey, closed before it opens', 409, '/survey-waves', {
    as,
    form: { ...wanted, ...parts('closes', addDays(opens, -1)) },
  });
  const atEnd = { ...wanted, when: 'at-end' };
  await add('a new survey at the end of deployments, no last day', 400, '/survey-waves/check', { as, form: atEnd });
  const period = { ...atEnd, ...parts('closes', addDays(opens, 300)) };
  await add('a new survey at the end of deployments, to check', 200, '/survey-waves/check', { as, form: period });
  await add('a new survey at the end of deployments, made', 303, '/survey-waves', { as, form: period, unseen: true });
  const { rows: first } = await db.query<{ id: number }>('SELECT max(id)::int AS id FROM survey_waves');
  await add('a survey at the end of deployments', 200, `/survey-waves/${first[0]?.id}`, { as });
  await add('a new survey, made', 303, '/survey-waves', { as, form: wanted, unseen: true });
  const { rows } = await db.query<{ id: number }>('SELECT max(id)::int AS id FROM survey_waves');
  const wave = rows[0]?.id ?? 0;
  const page = `/survey-waves/${wave}`;
  await add('surveys', 200, '/survey-waves', { as });
  await add('a survey that is made', 200, `${page}?made=yes`, { as });
  await add('a survey, called off without a reason', 400, `${page}/call-off`, { as, form: {} });

  await createWaves(db, writeWaveLetter(links)).wake({ wave, at: `${opens}T11:00:00.000Z` }, () => undefined);
  await add('a survey that is open', 200, page, { as });
  await add('what a survey found, before it has ended', 409, `${page}/figures`, { as, unseen: true });
  const linkOf = (person: string) => `/survey/${links.surveyTokenFor({ wave, person, email: `${person}@mail.example` })}`;
  const [link, late] = [linkOf('asked-a'), linkOf('asked-d')];
  await add('a survey to answer', 200, link);
  await add('a survey to answer, begun', 303, link, { form: {}, unseen: true });
  await add('the roles in a survey', 200, `${link}/1`);
  await add('the roles in a survey, not real', 400, `${link}/1`, { form: { R1: 'nobody' } });
  await add('the roles in a survey, given', 303, `${link}/1`, { form: { R1: 'school-leader' }, unseen: true });
  for (const number of [2, 3, 4, 5, 6, 7]) await add(`a part of a survey, ${number}`, 200, `${link}/${number}`);
  await add('a survey, nothing answered', 400, `${link}/check`, { form: {} });
  await db.query('UPDATE survey_drafts SET body = body || $1::jsonb', [
    JSON.stringify({ O1: 'It went well.', 'school-leader.O1': 'It went well.' }),
  ]);
  await add('a survey to check', 200, `${link}/check`);
  await add('a survey, opt out', 200, `${link}/opt-out`);
  await add('a survey, not for me', 200, `${link}/not-me`);
  await add('a survey, sent', 303, `${link}/check`, { form: {}, unseen: true });
  await add('a survey that was answered', 200, link);
  await add('a survey, opted out', 303, `${linkOf('asked-b')}/opt-out`, { form: {}, unseen: true });
  await add('no surveys any more', 200, `${linkOf('asked-b')}/opt-out`);
  await add('a survey that one is let out of', 410, linkOf('asked-b'));
  await add('a survey, not for them', 303, `${linkOf('asked-c')}/not-me`, { form: {}, unseen: true });
  await add('a survey that was for somebody else', 200, `${linkOf('asked-c')}/not-me`);
  await add('a survey, called off', 303, `${page}/call-off`, { as, form: { because: 'The date was wrong.' }, unseen: true });
  await add('a survey, called off already', 409, `${page}/call-off`, { as, form: { because: 'Again.' } });
  await add('a survey that was called off', 200, `${page}?ended=yes`, { as });
  await add('a survey that was called off, by its link', 410, late);
  await db.query("UPDATE survey_waves SET state = 'closed' WHERE id = $1", [wave]);
  await add('a survey that has closed', 410, late);
  await add('what a survey found, of too few', 200, `${page}/figures`, { as });
  await placeResponses(db, wave, 24);
  await add('what a survey found', 200, `${page}/figures`, { as });
  await add('what a survey found, with intervals', 200, `${page}/figures?intervals=wilson`, { as });
  await add('what a survey found, with intervals of a finite population', 200, `${page}/figures?intervals=wilson-finite`, { as });
  await add('what a survey found, with intervals that there are not', 404, `${page}/figures?intervals=wald`, { as, unseen: true });
  for (const format of ['csv', 'json', 'ods']) {
    await add(`what a survey found, as ${format}`, 200, `${page}/figures.${format}`, { as, unseen: true });
  }
  await add('a survey that has closed, to the staff', 200, page, { as });
  await codingStates(db, add, wave);
}

/** The pages on which open answers are coded, decided and cleared. */
async function codingStates(db: pg.Pool, add: Add, wave: number): Promise<void> {
  const page = `/survey-waves/${wave}/coding`;
  await insertCoders(db);
  const [as, other] = ['codes-one', 'codes-two'];
  await add('codings, for somebody who works with respondents', 403, page, { as: 'codes-not', unseen: true });
  await add('codings, none yet', 200, page, { as });
  await add('a new coding', 200, `${page}/new`, { as });
  await add('a new coding, everything missing', 400, page, { as, form: {} });
  const wanted = { question: 'O1', frame: 'own', codes: 'time: Time to think\npeople: Somebody to talk to', first: as, second: other };
  await add('a new coding, codes with a fault', 400, page, { as, form: { ...wanted, codes: 'Time' } });
  await add('a new coding, codes and a code frame', 400, page, { as, form: { ...wanted, frame: 'tsi-2021-22-benefits' } });
  const framed = { ...wanted, codes: '', frame: 'tsi-2021-22-benefits' };
  await add('a new coding, a code frame of another question', 400, page, { as, form: { ...framed, question: 'O2' } });
  await add('a new coding, of too few answers', 409, page, { as, form: { ...wanted, question: 'O2' } });
  await add('a new coding, made', 303, page, { as, form: wanted, unseen: true });
  const { rows } = await db.query<{ id: number }>('SELECT max(id)::int AS id FROM survey_codings');
  const id = rows[0]?.id ?? 0;
  const coding = `/survey-coding/${id}`;
  await add('codings', 200, page, { as });
  await add('a coding that has begun', 200, `${coding}?told=begun`, { as });
  await add('an answer to code', 200, `${coding}/mine`, { as });
  await add('an answer to code, nothing chosen', 400, `${coding}/mine`, { as, form: { answer: '1' } });
  await add('an answer to code, coded', 303, `${coding}/mine`, { as, form: { answer: '1', codes: 'time' }, unseen: true });
  await add('an answer to code, the next', 200, `${coding}/mine?saved=1`, { as });
  await codeEverything(db, id, as, 2);
  await codeEverything(db, id, other, 3);
  await add('differences, before both have finished', 409, `${coding}/differences`, { as, unseen: true });
  await add('a coding, every answer coded', 200, coding, { as });
  await add('a coding, finished by one', 303, `${coding}/finish`, { as, form: {}, unseen: true });
  await add('a coding, finished twice', 409, `${coding}/finish`, { as, form: {}, unseen: true });
  await add('an answer to code, after one has finished', 409, `${coding}/mine`, { as, unseen: true });
  await add('a coding, finished by the other', 303, `${coding}/finish`, { as: other, form: {}, unseen: true });
  await add('a coding that both have finished', 200, `${coding}?told=finished`, { as });
  await add('a difference to decide', 200, `${coding}/differences`, { as });
  await add('a difference to decide, nothing chosen', 400, `${coding}/differences`, { as, form: { answer: '2' }, unseen: true });
  const differing = Array.from({ length: 24 }, (_, at) => at + 1).filter((place) => (place % 2 === 0) !== (place % 3 === 0));
  for (const answer of differing) {
    await add('a difference, decided', 303, `${coding}/differences`, { as, form: { answer: String(answer), codes: 'time' }, unseen: true });
  }
  await add('differences, every one decided', 200, `${coding}/differences`, { as });
  await add('an answer to quote', 200, `${coding}/quotes`, { as });
  await add('an answer to quote, not checked', 400, `${coding}/quotes`, { as, form: { answer: '1', may: 'yes', words: 'Time to think.' } });
  const cleared = { may: 'yes', checked: 'yes', words: 'Time to think about the plan.' };
  await add('an answer to quote, cleared', 303, `${coding}/quotes`, { as, form: { answer: '1', ...cleared }, unseen: true });
  await add('a coding with a quotation', 200, coding, { as });
  await add('a new coding from a code frame, made', 303, page, { as, form: framed, unseen: true });
  const again = `/survey-coding/${id + 1}`;
  await add('a coding from a code frame that has begun', 200, again, { as });
  await add('an answer to code from a code frame', 200, `${again}/mine`, { as });
  await codeByFrame(db, id + 1, [as, other]);
  await add('a coding from a code frame that both have finished', 200, again, { as });
  await add('a new coding of what is listed by the kind of school, made', 303, page, {
    as,
    form: { ...wanted, question: 'P6' },
    unseen: true,
  });
  const listed = `/survey-coding/${id + 2}`;
  await codeEverything(db, id + 2, as, 2);
  await codeEverything(db, id + 2, other, 2);
  await db.query('UPDATE survey_coders SET finished_at = clock_timestamp() WHERE coding = $1', [id + 2]);
  await db.query(
    "INSERT INTO survey_quotes (coding, place, cleared, cleared_by) SELECT coding, place, 'Cleared ' || place, $2 FROM survey_open_answers WHERE coding = $1",
    [id + 2, as],
  );
  await add('quotations by the kind of school', 200, listed, { as });
  await interviewStates(add, as);
}

/** The pages on which interviews are held, counted and quoted. */
async function interviewStates(add: Add, as: string): Promise<void> {
  await add('interviews, none yet', 200, '/interviews', { as });
  await add('interviews, for somebody who works on deployments', 403, '/interviews', { as: 'codes-not', unseen: true });
  const held = '/interviews/new/si-2019-20-engaged';
  await add('an interview to hold', 200, held, { as });
  await add('an interview to hold, everything missing', 400, held, { as, form: {} });
  await add('an interview, begun', 303, held, { as, form: INTERVIEW, unseen: true });
  await add('interviews', 200, '/interviews', { as });
  const page = '/interviews/1';
  await add('an interview', 200, page, { as });
  await add('an interview without answers, to be finished', 409, `${page}/finish`, { as, form: {} });
  const section = `${page}/sections/background`;
  await add('a section of an interview', 200, section, { as });
  const said = { 'q1-quote': 'The letter came late.', 'q1-note': 'Said twice.', 'q3-options': 'obliged' };
  await add('a section of an interview, consent missing', 400, section, { as, form: said });
  await add('a section of an interview, saved', 303, section, { as, form: { ...said, 'q1-consent': 'yes' }, unseen: true });
  await add('a coded matrix, no interview finished', 200, '/interviews/matrix/si-2019-20-engaged', { as });
  await add('a quote bank, empty', 200, '/interviews/quotes', { as });
  await add('an interview, finished', 303, `${page}/finish`, { as, form: {}, unseen: true });
  await add('an interview that is finished', 200, `${page}?told=finished`, { as });
  await add('a coded matrix', 200, '/interviews/matrix/si-2019-20-engaged', { as });
  await add('a coded matrix without coded questions', 200, '/interviews/matrix/si-2019-20-tsc', { as });
  await add('a quote bank', 200, '/interviews/quotes?theme=engagement', { as });
}

function parts(name: string, day: PlainDate): Readonly<Record<string, string>> {
  const [year = '', month = '', date = ''] = day.split('-');
  return { [`${name}-day`]: date, [`${name}-month`]: month, [`${name}-year`]: year };
}

/** What the form of an interview with a head of an engaged school asks for. */
export const INTERVIEW: Readonly<Record<string, string>> = {
  ...{ 'held-day': '3', 'held-month': '2', 'held-year': '2020' },
  ...{ tier: 'tier-1', phase: 'primary', type: 'maintained', region: 'sw' },
};

/** Deployments of a programme of their own that a survey may ask about. */
export async function placeSurveyOffer(db: pg.Pool): Promise<void> {
  await keepProgramme(db, { ...tsiProgramme(), id: OFFER, title: 'An offer that surveys ask about' });
  const people = ['asked-a', 'asked-b', 'asked-c', 'asked-d', 'asked-e', 'supports'];
  await insertRespondents(db, people);
  for (const [at, head] of people.slice(0, 5).entries()) {
    await placeDeployment(db, `V${at}`, {
      parties: { rdp: ['coordinator'], school: [head], ...(at === 4 ? {} : { 'system-leader': ['supports'] }) },
      open: [],
    });
  }
  await db.query("UPDATE deployments SET programme = $1 WHERE reference LIKE 'V_'", [OFFER]);
}

/** What a form asks for that makes a survey of it, and the day on which it opens. */
export function surveyWanted(): { readonly opens: PlainDate; readonly wanted: Readonly<Record<string, string>> } {
  const opens = workingDaysAgo(-10);
  return { opens, wanted: { survey: 'tsi-2021-22-feedback', programme: OFFER, when: 'wave', ...parts('opens', opens) } };
}
