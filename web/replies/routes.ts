import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Db } from '../../postgres/database.ts';
import { endIncoming } from '../../postgres/desk/keep-incoming.ts';
import { readMailboxReading } from '../../postgres/desk/mailbox-reading.ts';
import { findDeploymentHead } from '../../postgres/views/deployment-page.ts';
import { findIncoming, listIncoming, someRepliesToRead } from '../../postgres/views/incoming.ts';
import type { IncomingEmail } from '../../postgres/views/incoming.ts';
import { stepsWaitingFor } from '../../postgres/views/worklist.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { SMALL_BODY_BYTES } from '../shared/body-limits.ts';
import { recordAnswerUrl } from '../shared/desk-urls.ts';
import { onPage, pageAsked, pagingOf } from '../shared/paging.ts';
import type { Paging } from '../shared/paging.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition, scopeOf } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';
import { anotherWriter, attachmentWords, backWords, headingOf, proposalsOf, replyItem, writerOf } from './view.ts';

const READS = { config: { access: 'record-answer' }, bodyLimit: SMALL_BODY_BYTES } as const;
/** Replies to read on a page. */
const PER_PAGE = 50;
/** The newest of them; the command line shows them all. */
const MOST_LISTED = 100;
/** Steps of a writer that are offered where their e-mail fits no letter. */
const MOST_OFFERED = 10;

const SHOWN = [
  { id: '', text: 'To read' },
  { id: 'unmatched', text: 'No matching e-mail' },
  { id: 'all', text: 'Everything' },
] as const;

type OfReply = { Params: { id: string }; Querystring: FormBody; Body: FormBody | null };

/** The e-mail among those that somebody may answer for; undefined for everything else. */
export function findReply(db: Db, user: User, id: string): Promise<IncomingEmail | undefined> {
  if (!/^\d{1,15}$/.test(id)) return Promise.resolve(undefined);
  return findIncoming(db, id, scopeOf(user, 'record-answer').all, scopeCondition(user, 3, 'record-answer'));
}

/** What came in by e-mail: replies to read, what fits no letter, and everything. Nothing here counts as an answer before somebody records it. */
export function registerRepliesRoutes(app: FastifyInstance, { db }: Services): void {
  const send = staffPages('today');

  app.get<{ Querystring: FormBody }>('/replies', READS, async (request, reply) => {
    const user = signedIn(request);
    const show = SHOWN.find(({ id }) => id === request.query['show'])?.id ?? '';
    const seesAll = scopeOf(user, 'record-answer').all;
    if (show === '') {
      const { page, all, lines } = await onPage(pageAsked(request.query['page']) ?? 1, PER_PAGE, (some) =>
        someRepliesToRead(db, seesAll, scopeCondition(user, 1, 'record-answer'), some),
      );
      return sendList(reply, user, show, lines, { paging: pagingOf(page, all, PER_PAGE, (to) => `${urls.replies()}?page=${to}`) });
    }
    const emails = await listIncoming(
      db,
      { unmatched: show === 'unmatched', limit: MOST_LISTED, seesAll },
      scopeCondition(user, 4, 'record-answer'),
    );
    return sendList(reply, user, show, emails, { most: emails.length === MOST_LISTED ? MOST_LISTED : null });
  });

  async function sendList(
    reply: FastifyReply,
    user: User,
    show: string,
    emails: readonly IncomingEmail[],
    more: { readonly paging?: Paging | null; readonly most?: number | null },
  ): Promise<FastifyReply> {
    return send(reply, user, 'replies/index', {
      title: 'E-mails that came in',
      reading: await readMailboxReading(db),
      filters: SHOWN.map(({ id, text }) => ({
        text,
        href: id === '' ? urls.replies() : `${urls.replies()}?show=${id}`,
        current: id === show,
      })),
      lines: emails.map(replyItem),
      ...more,
    });
  }

  app.get<OfReply>('/replies/:id', READS, async (request, reply) => {
    const email = await findReply(db, signedIn(request), request.params.id);
    if (email === undefined) return reply.callNotFound();
    const told = request.query['done'] === 'yes' && email.done !== null ? 'This reply is no longer on Today.' : null;
    return sendReply(request, reply, email, told);
  });

  app.post<OfReply>('/replies/:id', READS, async (request, reply) => {
    const user = signedIn(request);
    const email = await findReply(db, user, request.params.id);
    if (email === undefined || email.kind !== 'person') return reply.callNotFound();
    const ended = await endIncoming(db, { id: email.id, by: user.person });
    if (ended) return reply.redirect(`${urls.reply(email.id)}?done=yes`, 303);
    return sendReply(request, reply.status(409), (await findReply(db, user, email.id)) ?? email, null);
  });

  async function sendReply(
    request: FastifyRequest<OfReply>,
    reply: FastifyReply,
    email: IncomingEmail,
    told: string | null,
  ): Promise<FastifyReply> {
    const user = signedIn(request);
    const mayChange = may(user, 'change-deployments');
    const [first] = email.letters;
    return send(reply, user, 'replies/page', {
      title: headingOf(email),
      email,
      told,
      writer: writerOf(email),
      another: email.kind === 'person' || email.kind === 'automatic' ? anotherWriter(email) : null,
      back: backWords(email),
      attachments: attachmentWords(email),
      deployments: [...new Map(email.letters.map((letter) => [letter.reference, letter])).values()].map(({ reference, subject }) => ({
        text: `${subject}, ${reference}`,
        href: urls.deployment(reference),
      })),
      answers: email.kind === 'person' ? await answersOffered(user, email) : [],
      correct:
        email.kind === 'bounce' && mayChange && first !== undefined
          ? { name: first.name, href: urls.contact(first.person, urls.today()) }
          : null,
      proposals: email.kind === 'automatic' && mayChange ? proposalsOf(email) : [],
      action: urls.reply(email.id),
    });
  }

  /** The open steps that an e-mail may answer: those of its letters, or where it fits none those for which its writer is waited for. */
  async function answersOffered(user: User, email: IncomingEmail) {
    const ofLetters = email.letters
      .filter(({ open }) => open)
      .map(({ reference, step, title, subject }) => ({ reference, step, title, subject }));
    const waiting = email.letters.length > 0 || email.person === null ? [] : await stepsWaitingFor(db, email.person.id);
    const ofWriter = waiting
      .slice(0, MOST_OFFERED)
      .map(({ reference, step, subject }) => ({ reference, step: step.id, title: step.title, subject }));
    const seen = await Promise.all(
      [...ofLetters, ...ofWriter].map(async (line) => ({
        ...line,
        may: (await findDeploymentHead(db, line.reference, scopeCondition(user, 2, 'record-answer'))) !== undefined,
      })),
    );
    return seen
      .filter((line) => line.may)
      .map(({ reference, step, title, subject }) => ({
        text: `${title}: ${subject}`,
        href: `${recordAnswerUrl(reference, step)}?reply=${email.id}`,
      }));
  }
}
