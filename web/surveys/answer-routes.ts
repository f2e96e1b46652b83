import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clearAnswer, codeAnswer, decideCodes } from '../../desk/survey-coding.ts';
import { rowNumber } from '../../domain/row-number.ts';
import { finalCodes } from '../../domain/surveys/coding.ts';
import type { OpenAnswer } from '../../domain/surveys/coding.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { findCoding, readJudged, readOwnAnswers } from '../../postgres/surveys/coding.ts';
import type { Coding } from '../../postgres/surveys/coding.ts';
import { ticked, typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import type { User } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { sendMessage, staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { keepsApart } from './coding-access.ts';
import { roleName } from './coding-routes.ts';

const send = staffPages('surveys');
const RUNS = { config: { access: 'run-surveys' } } as const;

type OfAnswer = { Params: { coding: string }; Querystring: { answer?: unknown; saved?: unknown }; Body: FormBody | null };
type Asked = FastifyRequest<OfAnswer>;

/** The choice that none of the codes fits. It is a judgement too, and is made as such. */
const NONE = 'none';
const CHOOSE = 'Select the codes that fit, or “None of these”';

/** One open answer at a time: coded by one of its two coders, decided where they differ, and cleared to be quoted. */
export function registerSurveyAnswerRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<OfAnswer>('/survey-coding/:coding/mine', RUNS, async (request, reply) => minePage(request, reply, null));

  app.post<OfAnswer>('/survey-coding/:coding/mine', RUNS, async (request, reply) =>
    judge(request, reply, 'mine', minePage, async ({ id, place, user, body }) => {
      const given = ticked(body, 'codes');
      if (given.length === 0) return CHOOSE;
      return wrong(await codeAnswer(db, { coding: id, place, by: user.person, codes: given.filter((code) => code !== NONE) }));
    }),
  );

  app.get<OfAnswer>('/survey-coding/:coding/differences', RUNS, async (request, reply) => differencePage(request, reply, null));

  app.post<OfAnswer>('/survey-coding/:coding/differences', RUNS, async (request, reply) =>
    judge(request, reply, 'differences', differencePage, async ({ id, place, user, body }) => {
      const given = ticked(body, 'codes');
      if (given.length === 0) return CHOOSE;
      return wrong(await decideCodes(db, { coding: id, place, by: user.person, codes: given.filter((code) => code !== NONE) }));
    }),
  );

  app.get<OfAnswer>('/survey-coding/:coding/quotes', RUNS, async (request, reply) => quotePage(request, reply, null));

  app.post<OfAnswer>('/survey-coding/:coding/quotes', RUNS, async (request, reply) =>
    judge(request, reply, 'quotes', quotePage, async ({ id, place, user, body }) => {
      const may = typed(body, 'may');
      if (may !== 'yes' && may !== 'no') return 'Select yes if it may be quoted';
      if (may === 'yes' && typed(body, 'checked') !== 'yes') return 'Confirm that nobody can be recognised, or select no';
      const words = may === 'yes' ? typed(body, 'words') : null;
      return wrong(await clearAnswer(db, { coding: id, place, by: user.person, words }));
    }),
  );

  type Of = { readonly id: number; readonly place: number; readonly user: User; readonly body: FormBody };
  type Shows = (request: Asked, reply: FastifyReply, problem: string | null) => Promise<unknown>;

  /** Takes what was said of one answer, then goes on to the next; shows the page again with what is wrong. */
  async function judge(request: Asked, reply: FastifyReply, page: string, shows: Shows, keep: (of: Of) => Promise<string | null>) {
    const [user, id, body] = [signedIn(request), rowNumber(request.params.coding), request.body ?? {}];
    const place = rowNumber(typed(body, 'answer'));
    if (id === null || place === null) return reply.callNotFound();
    if (keepsApart(reply, user)) return reply;
    const problem = await keep({ id, place, user, body });
    if (problem !== null) return shows(request, reply.code(400), problem);
    return reply.redirect(`${urls.surveyCoding(id)}/${page}?saved=${place}`, 303);
  }

  /** The coding of an address for somebody who may see its answers; null: they were answered otherwise. */
  async function codingOf(request: Asked, reply: FastifyReply): Promise<{ readonly user: User; readonly coding: Coding } | null> {
    const [user, id] = [signedIn(request), rowNumber(request.params.coding)];
    const coding = id === null ? undefined : await findCoding(db, id);
    if (coding === undefined) {
      reply.callNotFound();
      return null;
    }
    return keepsApart(reply, user) ? null : { user, coding };
  }

  const minePage: Shows = async (request, reply, problem) => {
    const of = await codingOf(request, reply);
    if (of === null) return reply;
    const { user, coding } = of;
    const answers = await readOwnAnswers(db, coding.id, user.person);
    const finished = coding.coders.some(({ person, finished: has }) => person === user.person && has);
    if (answers === undefined || finished)
      return notNow(reply, user, finished ? 'You have finished coding' : 'You do not code these answers');
    const answer =
      answers.find(({ place }) => place === wantedIn(request)) ?? answers.find(({ codes }) => codes === null) ?? answers.at(-1);
    if (answer === undefined) return reply.callNotFound();
    return send(reply, user, 'surveys/answer-codes', {
      ...viewOf(request, coding, answer, 'mine', problem),
      title: `Code answer ${answer.place} of ${answers.length}`,
      lead: null,
      codes: choices(coding, problem === null ? answer.codes : ticked(request.body ?? {}, 'codes')),
      previous: answer.place > 1 ? answer.place - 1 : null,
      next: answer.place < answers.length ? answer.place + 1 : null,
    });
  };

  const differencePage: Shows = async (request, reply, problem) => {
    const of = await codingOf(request, reply);
    if (of === null) return reply;
    const { user, coding } = of;
    const judged = await readJudged(db, coding.id);
    if (judged === undefined) return notNow(reply, user, 'Both coders must finish first');
    const differing = judged.filter((answer) => finalCodes({ ...answer, decided: null }) === null);
    const answer = differing.find(({ place }) => place === wantedIn(request)) ?? differing.find(({ decided }) => decided === null);
    if (answer === undefined) return notNow(reply, user, 'Every difference is decided', 200);
    const at = differing.indexOf(answer);
    const labels = (codes: readonly string[]) =>
      codes.length === 0 ? 'none of these' : coding.codes.flatMap(({ id, label }) => (codes.includes(id) ? [label] : [])).join('; ');
    return send(reply, user, 'surveys/answer-codes', {
      ...viewOf(request, coding, answer, 'differences', problem),
      title: `Decide difference ${at + 1} of ${differing.length}`,
      lead: [`One coder: ${labels(answer.one)}`, `The other coder: ${labels(answer.other)}`],
      codes: choices(coding, problem === null ? answer.decided : ticked(request.body ?? {}, 'codes')),
      previous: differing[at - 1]?.place ?? null,
      next: differing[at + 1]?.place ?? null,
    });
  };

  const quotePage: Shows = async (request, reply, problem) => {
    const of = await codingOf(request, reply);
    if (of === null) return reply;
    const { user, coding } = of;
    const judged = await readJudged(db, coding.id);
    if (judged === undefined) return notNow(reply, user, 'Both coders must finish first');
    const answer = judged.find(({ place }) => place === wantedIn(request)) ?? judged.find(({ looked }) => !looked);
    if (answer === undefined) return notNow(reply, user, 'Every answer has been looked at', 200);
    const body = request.body ?? {};
    return send(reply, user, 'surveys/answer-quote', {
      ...viewOf(request, coding, answer, 'quotes', problem),
      title: `May answer ${answer.place} of ${judged.length} be quoted?`,
      may: problem === null ? (answer.looked ? (answer.cleared === null ? 'no' : 'yes') : '') : typed(body, 'may'),
      cleared: problem === null ? (answer.cleared ?? answer.words) : typed(body, 'words'),
      previous: answer.place > 1 ? answer.place - 1 : null,
      next: answer.place < judged.length ? answer.place + 1 : null,
    });
  };
}

function wrong(result: Result<null, Reason>): string | null {
  return result.ok ? null : result.reason.message;
}

/** The answer that is asked for: by its form where that is shown again, else by the address. */
function wantedIn({ body, query }: Asked): number | null {
  return rowNumber(typed(body ?? {}, 'answer')) ?? (typeof query.answer === 'string' ? rowNumber(query.answer) : null);
}

function viewOf(request: Asked, coding: Coding, { place, words, audience }: OpenAnswer, page: string, problem: string | null) {
  const action = `${urls.surveyCoding(coding.id)}/${page}`;
  const saved = typeof request.query.saved === 'string' ? rowNumber(request.query.saved) : null;
  return {
    place,
    words,
    role: audience === null ? null : roleName(audience),
    action,
    problem,
    errors: problem === null ? [] : [{ text: problem, href: page === 'quotes' ? '#may' : '#codes' }],
    told: saved === null || problem !== null ? null : `Answer ${saved} is saved.`,
    backHref: urls.surveyCoding(coding.id),
  };
}

function choices({ codes, frame }: Coding, given: readonly string[] | null) {
  const hintOf = (code: string) => {
    const framed = frame?.codes.find(({ id }) => id === code);
    if (framed === undefined) return {};
    const [example] = framed.inventedExamples;
    return { hint: { text: `${framed.definition}${example === undefined ? '' : ` Invented example: “${example}”`}` } };
  };
  return [
    ...codes.map(({ id, label }) => ({ value: id, text: label, ...hintOf(id), checked: given?.includes(id) ?? false })),
    { divider: 'or' },
    { value: NONE, text: 'None of these', behaviour: 'exclusive', checked: given !== null && !codes.some(({ id }) => given.includes(id)) },
  ];
}

/** A page that says why there is no answer to look at: 409 where it is too early or not theirs, 200 where all is done. */
function notNow(reply: FastifyReply, user: User, title: string, code: 200 | 409 = 409): FastifyReply {
  return sendMessage(reply.code(code), user, { title, paragraphs: ['Go back to the coding to see how far it has come.'] });
}
