import type { FastifyReply } from 'fastify';
import { coordinatorRole } from '../../domain/programme.ts';
import { isOwnAnswer, labelOf, saidBesides } from '../../desk/answer-words.ts';
import type { Closed } from '../../desk/answer-words.ts';
import type { KeptAnswer } from '../../postgres/desk/kept-answers.ts';
import { listProblems } from '../../postgres/desk/problems.ts';
import { namesOf } from '../../postgres/views/people-called.ts';
import { mayReveal } from '../shared/revealing.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';
import { askedView, countedView } from './asked-view.ts';
import { escalationBeneath } from './escalation-link.ts';
import { laterLinks } from './later-links.ts';
import { headOf, sendPage, speaksForSchool } from './opened-link.ts';
import type { OpenedLink } from './opened-link.ts';
import { answerChoices, hasConditions } from './field-inputs.ts';
import { typed } from './read-fields.ts';
import type { FormBody, FormProblem } from './read-fields.ts';

/**
 * Sends the form of a step, with what was typed before and its mistakes. `savedAt` is set when what was typed is a
 * saved draft, and `strangeAnswer` when the address asked for an answer that there is not.
 */
export async function sendForm(
  services: Services,
  opened: OpenedLink,
  form: {
    readonly body: FormBody;
    readonly problems?: readonly FormProblem[];
    readonly savedAt?: string | null;
    readonly strangeAnswer?: boolean;
  },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { db } = services;
  const { asked, programme, step } = opened;
  const { body, problems = [], savedAt = null, strangeAnswer = false } = form;
  const [only, other] = step.answers;
  const chosen = typed(body, 'answer') || (only !== undefined && other === undefined ? only.id : '');
  const choices = answerChoices(step.answers, chosen, body, problems).map((choice) => ({
    ...choice,
    fields: choice.fields.map((field) => ({ ...field, hint: field.hint ?? (field.kind === 'person' ? personHint(opened) : null) })),
  }));
  const reveals = hasConditions(choices);
  return sendPage(reveals ? mayReveal(reply) : reply, 'form', {
    ...headOf(opened),
    reveals,
    ...(await askedView(db, asked, programme, step)),
    title: `${step.title}: ${asked.subject}`,
    choices,
    answerError: problems.find(({ id }) => id === 'answer')?.text ?? null,
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    editAction: urls.answer(opened.token) + '/change',
    closedDaysHref: speaksForSchool(opened) ? `${urls.answer(opened.token)}/closed-days` : null,
    savedAt,
    strangeAnswer,
    problems: (await listProblems(db, asked.reference)).filter(
      (problem) => problem.step === asked.step && problem.round === asked.round && problem.by.person === asked.person,
    ),
    later: laterLinks(opened),
    escalation: await escalationBeneath(services, opened),
  });
}

/** Sends the page that says why nothing can be answered any more. Whoever gave the answer is told that it counted. */
export async function sendClosed(services: Services, opened: OpenedLink, closed: Closed, reply: FastifyReply): Promise<FastifyReply> {
  const { asked, programme, step, token } = opened;
  if (closed.kind === 'answered' && isOwnAnswer(asked)) {
    return sendPage(reply, 'counted', {
      ...headOf(opened),
      title: `We have your answer: ${step.title}, ${asked.subject}`,
      ...(await countedView(services.db, asked, programme, step)),
    });
  }
  // A link in the wrong hands must reveal nothing.
  if (opensNothing(closed)) {
    return sendPage(reply.status(closed.kind === 'role-not-held' ? reply.statusCode : 410), 'closed', {
      title: closed.title,
      sentences: closed.sentences,
      freshLinks: mayAskForLinks(closed) ? `${urls.answer(token)}/mine/send` : null,
    });
  }
  return sendPage(reply, 'closed', {
    ...headOf(opened),
    title: `${closed.title}: ${step.title}, ${asked.subject}`,
    heading: closed.title,
    sentences: closed.sentences,
    mine: `${urls.answer(token)}/mine`,
  });
}

/**
 * Whether a link opens nothing and reveals nothing: it was revoked, has ended, or belongs to somebody who was replaced.
 */
export function opensNothing(closed: Closed): boolean {
  return closed.kind === 'revoked' || closed.kind === 'link-ended' || closed.kind === 'role-not-held';
}

/** Whether fresh links can be asked for with a closed link: not when it was withdrawn, nor when its holder was replaced. */
export function mayAskForLinks(closed: Closed): boolean {
  return !opensNothing(closed) || closed.kind === 'link-ended';
}

/** Sends the page of an answer that is safe, while it is not known yet whether it counts. */
export async function sendKept({ db }: Services, opened: OpenedLink, kept: KeptAnswer, reply: FastifyReply): Promise<FastifyReply> {
  const { asked, programme, step } = opened;
  return sendPage(reply, 'kept', {
    ...headOf(opened),
    title: `We have saved your answer: ${step.title}, ${asked.subject}`,
    answer: labelOf(programme, kept.step, kept.answer),
    said: saidBesides(programme, kept, await namesOf(db, Object.values(kept.fields))),
    givenAt: kept.givenAt,
  });
}

/** Whether names may be shown. Coordinators know the people of the register anyway; nobody else is given a name. */
export function knowsPeople({ asked, programme }: OpenedLink): boolean {
  return asked.role !== null && asked.role === coordinatorRole(programme);
}

function personHint(opened: OpenedLink): string {
  return knowsPeople(opened) ? 'Their name or their e-mail address' : 'Their e-mail address';
}
