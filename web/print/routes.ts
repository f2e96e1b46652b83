import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { londonDate } from '../../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { whyThen } from '../../letters/due-date-words.ts';
import { findPrint, markPosted, readPrint } from '../../postgres/desk/print-letters.ts';
import type { PrintLetter } from '../../postgres/desk/print-letters.ts';
import { canExist } from '../shared/desk-urls.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const POSTS = { config: { access: 'record-answer' } } as const;

type OfPrint = { Params: { id: string }; Querystring: { posted?: unknown } };

/** A letter that goes on paper: a page to print, and the button by which whoever posted it says so. */
export function registerPrintRoutes(app: FastifyInstance, { db }: Services): void {
  const send = staffPages('today');

  app.get<OfPrint>('/letters-to-print/:id', POSTS, async (request, reply) => {
    const print = await findOwn(request);
    if (print === undefined) return reply.callNotFound();
    return sendPrint(request, reply, print, request.query.posted === 'yes' && print.state === 'posted', null);
  });

  app.post<OfPrint>('/letters-to-print/:id', POSTS, async (request, reply) => {
    const print = await findOwn(request);
    if (print === undefined) return reply.callNotFound();
    const { notNow } = await readPrint(db, print);
    const posted = notNow === null && (await markPosted(db, { id: print.id, by: signedIn(request).person }));
    if (posted) return reply.redirect(`${urls.letterToPrint(print.id)}?posted=yes`, 303);
    const now = (await findOwn(request)) ?? print;
    return sendPrint(request, reply.status(409), now, false, 'Nothing was recorded: this letter is not to be posted now.');
  });

  async function findOwn(request: FastifyRequest<OfPrint>): Promise<PrintLetter | undefined> {
    if (!canExist(request.params)) return undefined;
    return findPrint(db, request.params.id, scopeCondition(signedIn(request), 2, 'record-answer'));
  }

  async function sendPrint(
    request: FastifyRequest<OfPrint>,
    reply: FastifyReply,
    print: PrintLetter,
    posted: boolean,
    error: string | null,
  ): Promise<FastifyReply> {
    const { letter, notNow } = await readPrint(db, print);
    const { step, deployment, replyTo, to } = letter;
    return send(reply, signedIn(request), 'print/page', {
      title: `Letter to print: ${print.title}`,
      print,
      notNow: print.state === 'queued' ? notNow : print.state === 'suppressed' ? print.reason : null,
      told: posted ? 'It is recorded that you have posted this letter.' : null,
      href: urls.deployment(print.reference),
      action: urls.letterToPrint(print.id),
      letter: {
        to,
        from: replyTo,
        // A letter that was posted keeps the day on which it was written.
        on: longDate(londonDate(Date.parse(letter.writtenAt))),
        subject: deployment.subject,
        reference: deployment.reference,
        programme: deployment.programme,
        task: step.title,
        ask: step.ask.split(/\n\s*\n/u),
        due: longDateWithWeekday(step.dueOn),
        overdue: letter.kind === 'overdue' || londonDate(Date.parse(letter.writtenAt)) > step.dueOn,
        answers: step.answers.map(({ label }) => label),
        why: whyThen(step.explanation),
      },
      errors: error === null ? [] : [{ text: error, href: '#not-now' }],
    });
  }
}
