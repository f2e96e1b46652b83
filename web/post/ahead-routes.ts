import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { GATHERING_MS } from '../../desk/tell-mailroom.ts';
import type { RunningDeployment } from '../../domain/chronology/ahead.ts';
import { londonDate } from '../../domain/time/london.ts';
import { clockTime } from '../../domain/time/time-words.ts';
import { LETTER_NAMES } from '../../letters/kind-words.ts';
import {
  dailyCap,
  deploymentsAhead,
  othersAheadOf,
  peopleInLetters,
  remindersSent,
  unlikeOthersInPost,
} from '../../postgres/views/ahead.ts';
import type { PersonInLetters } from '../../postgres/views/ahead.ts';
import { inRegion } from '../../postgres/views/place.ts';
import { isWithin } from '../../postgres/views/post-holds.ts';
import { listRegions } from '../../postgres/views/overview.ts';
import { emailsAhead, playInTurns, recipientsAhead } from '../../rehearsal/ahead.ts';
import type { EmailAhead, LetterAhead } from '../../rehearsal/ahead.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { letterParts } from '../deployment/letter-text.ts';
import { canExist } from '../shared/desk-urls.ts';
import { pageAsked, pageWithin, pagingOf } from '../shared/paging.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('post');
/** E-mails on a page, each with all it says; the sums count all. */
const ON_A_PAGE = 25;
const SPANS = [
  { value: '1', text: 'By the end of tomorrow' },
  { value: '7', text: 'In the next 7 days' },
] as const;

/** What goes out next when nobody answers: by day, with the words of each e-mail, and how many each person gets. */
export function registerAheadRoutes(app: FastifyInstance, { db }: Services): void {
  app.get('/post/tomorrow', { config: { access: 'see-today' } }, async (request, reply) => {
    const user = signedIn(request);
    // The parser of addresses gives text or lists of text.
    const query = request.query as FormBody;
    const [deployment, region, to] = [typed(query, 'deployment'), typed(query, 'region'), typed(query, 'to')];
    if (!canExist({ deployment, region, to })) return reply.callNotFound();
    const alone = deployment !== '';
    if (alone && !(await isWithin(db, deployment, scopeCondition(user, 2, 'see-today')))) return reply.callNotFound();
    const span = SPANS.find(({ value }) => value === typed(query, 'days')) ?? SPANS[0];
    const days = alone ? null : Number(span.value);
    const within = inRegion(scopeCondition(user, 1, 'see-today'), region);
    const [ofPlace, unlikeOthers, sentBefore, regions, cap] = await Promise.all([
      deploymentsAhead(db, alone ? { sql: 'd.reference = $1', values: [deployment] } : within, days),
      unlikeOthersInPost(db),
      remindersSent(db),
      listRegions(db),
      dailyCap(db),
    ]);
    await play(ofPlace, days);
    // Letters of other places may travel with those that are shown, or use up a day's limit.
    const isOfAll = alone || within.values.length === 0;
    const others = isOfAll ? [] : await othersAheadOf(db, ofPlace, recipientsAhead(ofPlace, days), days);
    await play(others, days);
    const deployments = [...ofPlace, ...others];
    const seen = new Set(ofPlace.map(({ reference }) => reference));
    const ahead = emailsAhead(deployments, {
      days,
      gatheringMs: GATHERING_MS,
      people: unlikeOthers,
      unreachable: new Set([...unlikeOthers.values()].filter(({ refused }) => refused).map(({ id }) => id)),
      sentBefore,
      ...cap,
    });
    const recipients = await peopleInLetters(db, new Set(ahead.map(({ person }) => person)));
    const emails = ahead.flatMap((email) => {
      if (!isFor(recipients.get(email.person), to)) return [];
      const shown = email.letters.filter(({ reference }) => seen.has(reference));
      return shown.length === 0 ? [] : [{ email, shown }];
    });
    const page = pageWithin(pageAsked(query['page']) ?? 1, emails.length, ON_A_PAGE);
    const shown = emails.slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE);
    // Whoever the e-mails on the page name, and nobody else: Chaser knows thousands.
    const named = await peopleInLetters(db, new Set(shown.flatMap(({ email, shown: some }) => [...email.mayName(some)])));
    const hrefOf = (number: number) =>
      `/post/tomorrow?${new URLSearchParams({ ...(alone ? { deployment } : { days: span.value, region, to }), page: String(number) }).toString()}`;
    return send(reply, user, 'post/tomorrow', {
      title: alone ? `What goes out for ${deployment}` : 'What goes out next',
      deployment,
      deploymentHref: alone ? urls.deployment(deployment) : null,
      spans: SPANS.map(({ value, text }) => ({ value, text, checked: value === span.value })),
      regions: [{ value: '', text: 'All regions' }, ...regions.map((name) => ({ value: name, text: name, selected: name === region }))],
      to,
      days: [...Map.groupBy(shown, ({ email }) => londonDate(email.atMs))].map(([on, ofDay]) => ({
        on,
        emails: ofDay.map(({ email, shown }) => emailView(email, shown, recipients.get(email.person)?.name ?? email.person, named)),
      })),
      total: emails.length,
      from: (page - 1) * ON_A_PAGE + 1,
      shown: shown.length,
      paging: pagingOf(page, emails.length, ON_A_PAGE, hrefOf),
      sums: [...Map.groupBy(emails, ({ email }) => email.person)]
        .map(([person, theirs]) => ({
          name: recipients.get(person)?.name ?? person,
          emails: theirs.length,
          letters: theirs.reduce((sum, { shown }) => sum + shown.length, 0),
        }))
        .toSorted((a, b) => b.emails - a.emails || (a.name < b.name ? -1 : 1)),
      backHref: alone ? urls.deployment(deployment) : urls.post(),
    });
  });
}

/** Plays deployments, and serves others in between. */
async function play(deployments: readonly RunningDeployment[], days: number | null): Promise<void> {
  for (const _ of playInTurns(deployments, days)) await setImmediate();
}

/** Whether somebody is meant by a part of a name or of an address; nobody is left out where nothing was typed. */
function isFor(person: PersonInLetters | undefined, to: string): boolean {
  const words = to.trim().toLowerCase();
  return words === '' || (person !== undefined && `${person.name} ${person.email}`.toLowerCase().includes(words));
}

function emailView(email: EmailAhead, shown: readonly LetterAhead[], to: string, named: ReadonlyMap<string, PersonInLetters>) {
  const { subject, text } = email.words(named, shown);
  const hidden = email.letters.length - shown.length;
  return {
    at: clockTime(email.atMs),
    to,
    letters: shown.map(({ kind, step, reference, deployment }) => ({
      what: `${LETTER_NAMES[kind]} about “${deployment.chronology.programme.steps[step]?.title ?? step}”`,
      reference,
      href: urls.deployment(reference),
      subject: deployment.subject,
    })),
    held: shown.some(({ deployment }) => deployment.held),
    hidden,
    subject,
    text: letterParts(text),
  };
}
