import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import type { ReadEntry } from '../../calendars/ics-terms.ts';
import { tooLarge } from '../../calendars/read-text.ts';
import { adoptCalendars } from '../../desk/adopt-calendars.ts';
import type { Adoption } from '../../desk/adopt-calendars.ts';
import { readCalendarBook, readCurrentBook } from '../../desk/calendar-book.ts';
import { readFootings } from '../../desk/calendar-footings.ts';
import { impactOfBook } from '../../desk/calendar-impact.ts';
import { bookChanged, keepProposal } from '../../desk/change-calendars.ts';
import { OF_CALENDARS, proposeDates, proposeMove } from '../../desk/proposed-calendars.ts';
import type { Proposal } from '../../desk/change-calendars.ts';
import { TO_LOOK_AT } from '../../calendars/ics-terms.ts';
import { londonDate } from '../../domain/time/london.ts';
import { listOpenProposals } from '../../postgres/pinned/proposals.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { askOf, faultsOf, proposeByForm, typedInputs } from './calendar-form.ts';
import type { CalendarAsk, CalendarFault, FormRefusal } from './calendar-form.ts';
import { entriesView } from './entries-view.ts';
import { LONG_FORM_BYTES } from '../shared/body-limits.ts';
import { calendarUrls } from './calendar-urls.ts';
import { authorityView, bookView, firstLines, impactView } from './calendar-view.ts';
import { proposalLines } from '../shared/proposal-lines.ts';
import { may } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { takesUpload } from '../shared/uploaded-file.ts';
import { urls } from '../shared/urls.ts';

const page = staffPages('calendars');

const LONGEST_REASON = 500;
const TITLES: Readonly<Record<CalendarAsk, string>> = {
  file: 'Import dates',
  closure: 'A school or trust is closed',
  reopening: 'Calendars',
};

/**
 * The calendars: which dates are known and until when, how dates are added, and what that means for running
 * deployments.
 */
export function registerCalendarsRoutes(app: FastifyInstance, { db, temporal, secondPerson }: Services): void {
  const see = { config: { access: 'see-calendars' } } as const;
  const change = {
    config: { access: 'import-calendars' },
    ...takesUpload(tooLargeFile()),
  } as const;
  const adopt = { config: { access: 'import-calendars' }, bodyLimit: LONG_FORM_BYTES } as const;

  app.get<{ Querystring: { kept?: unknown } }>('/calendars', see, async (request, reply) => listPage(request, reply, []));

  app.get<{ Params: { code: string } }>('/calendars/authority/:code', see, async (request, reply) => {
    const { authorities } = await readCalendarBook(db);
    const found = authorities.find(({ laCode }) => laCode === request.params.code);
    if (found === undefined) return reply.callNotFound();
    return page(reply, signedIn(request), 'calendars/authority', {
      title: `Term dates of ${found.calendar.name}`,
      authority: authorityView(found),
      backHref: urls.calendars(),
    });
  });

  app.get('/calendars/import', { config: { access: 'import-calendars' } }, async (request, reply) =>
    formPage(request, reply, 'file', {}, []),
  );
  app.get('/calendars/close', { config: { access: 'import-calendars' } }, async (request, reply) =>
    formPage(request, reply, 'closure', {}, []),
  );

  app.post<{ Body: FormBody | null }>('/calendars/check', change, async (request, reply) => {
    const body = request.body ?? {};
    const proposal = await proposeByForm(db, body, request.uploadedFile);
    if (!proposal.ok) return again(request, reply.status(400), body, proposal.reason);
    return checkPage(request, reply, body, proposal.value, []);
  });

  app.post<{ Body: FormBody | null }>('/calendars/keep', change, async (request, reply) => {
    const body = request.body ?? {};
    const proposal = await proposeByForm(db, body, request.uploadedFile);
    if (!proposal.ok) return again(request, reply.status(409), body, proposal.reason);
    const looked = typed(body, 'after') === String(proposal.value.after);
    const who = { by: signedIn(request).person, because: null };
    const proposed = looked && secondPerson.calendars ? await proposeDates(db, proposal.value, who) : null;
    if (proposed?.ok) return reply.redirect(`${urls.calendarProposal(proposed.value)}?done=proposed`, 303);
    const kept = proposed ?? (looked ? await keepProposal(db, proposal.value, who) : null);
    if (kept?.ok) return reply.redirect(`${calendarUrls.impact()}?kept=${kept.value}`, 303);
    const { message, remedy } = kept?.reason ?? bookChanged();
    return checkPage(request, reply.status(409), body, proposal.value, [{ text: `${message} ${remedy}`, href: '#changes' }]);
  });

  app.get<{ Querystring: { kept?: unknown } }>('/calendars/impact', see, async (request, reply) => {
    const { kept } = request.query;
    return impactPage(request, reply, typeof kept === 'string' ? kept : '', {}, []);
  });

  app.post<{ Body: FormBody | null }>('/calendars/adopt', adopt, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const references = [body['reference'] ?? []].flat().filter((one) => typeof one === 'string');
    const all = typed(body, 'all') === 'yes';
    const because = typed(body, 'because').replaceAll(/\s+/g, ' ').slice(0, LONGEST_REASON);
    const errors: CalendarFault[] = [];
    if (!all && references.length === 0) errors.push({ text: 'Choose the deployments to move', href: '#reference' });
    if (because === '') errors.push({ text: 'Enter why they are moved', href: '#because' });
    if (errors.length > 0) return impactPage(request, reply.status(400), '', body, errors);
    const move = {
      references: all ? ('all' as const) : references,
      by: user.person,
      because,
      version: Number(typed(body, 'version')),
      inScope: scopeCondition(user, 1, 'import-calendars'),
    };
    if (secondPerson.calendars) {
      const proposed = await proposeMove(db, move);
      if (proposed.ok) return reply.redirect(`${urls.calendarProposal(proposed.value)}?done=proposed`, 303);
      const { message, remedy } = proposed.reason;
      return impactPage(request, reply.status(409), '', body, [{ text: `${message} ${remedy}`, href: '#reference' }]);
    }
    const adopted = await adoptCalendars({ db, client: temporal }, move);
    if (!adopted.ok) {
      const { message, remedy } = adopted.reason;
      return impactPage(request, reply.status(409), '', body, [{ text: `${message} ${remedy}`, href: '#reference' }]);
    }
    return page(reply, signedIn(request), 'calendars/adopted', {
      title: 'Deployments counted on the newest dates',
      moved: adopted.value.filter(({ refusal }) => refusal === null).map(withHref),
      refused: adopted.value.filter(({ refusal }) => refusal !== null).map(withHref),
      impactHref: calendarUrls.impact(),
    });
  });

  async function impactPage(
    request: FastifyRequest,
    reply: FastifyReply,
    kept: string,
    body: FormBody,
    errors: readonly CalendarFault[],
  ): Promise<FastifyReply> {
    const { book, version } = await readCurrentBook(db);
    const impacts = await impactOfBook(db, book, scopeCondition(signedIn(request), 1));
    return page(reply, signedIn(request), 'calendars/impact', {
      title: 'What the newest dates mean for running deployments',
      told: kept === String(version) ? `Kept as version ${version} of the calendars.` : null,
      version,
      errors,
      faults: Object.fromEntries(errors.map(({ text, href }) => [href.slice(1), { text }])),
      form: { references: [body['reference'] ?? []].flat(), all: typed(body, 'all') === 'yes', because: typed(body, 'because') },
      mayAdopt: may(request.user, 'import-calendars'),
      proposes: secondPerson.calendars,
      impact: impactView(impacts),
      adoptHref: calendarUrls.adopt(),
      backHref: urls.calendars(),
    });
  }

  async function listPage(request: FastifyRequest, reply: FastifyReply, errors: readonly CalendarFault[]): Promise<FastifyReply> {
    const today = londonDate(nowMs());
    const [current, footings] = await Promise.all([readCurrentBook(db), readFootings(db, scopeCondition(signedIn(request), 1), today)]);
    return page(reply, signedIn(request), 'calendars/list', {
      title: 'Calendars',
      errors,
      mayImport: may(request.user, 'import-calendars'),
      proposals: proposalLines(await listOpenProposals(db, OF_CALENDARS), urls.calendarProposal),
      ...bookView(current, footings, today),
      checkHref: calendarUrls.check(),
      importHref: calendarUrls.import(),
      closeHref: calendarUrls.close(),
      impactHref: calendarUrls.impact(),
    });
  }

  async function again(
    request: FastifyRequest,
    reply: FastifyReply,
    body: FormBody,
    reason: FormRefusal & { readonly entries?: readonly ReadEntry[] },
  ): Promise<FastifyReply> {
    const ask = askOf(body);
    const errors = faultsOf(ask, reason);
    if (ask === 'reopening') return listPage(request, reply, errors);
    return formPage(request, reply, ask, typedInputs(body, request.uploadedFile), errors, reason.entries);
  }

  async function formPage(
    request: FastifyRequest,
    reply: FastifyReply,
    ask: CalendarAsk,
    form: Readonly<Record<string, string>>,
    errors: readonly CalendarFault[],
    entries: readonly ReadEntry[] = [],
  ): Promise<FastifyReply> {
    const faults: Record<string, { readonly text: string }> = {};
    for (const { text, href } of errors) faults[href.slice(1)] ??= { text };
    return page(reply, signedIn(request), ask === 'file' ? 'calendars/import' : 'calendars/close', {
      title: TITLES[ask],
      form,
      errors,
      faults,
      entries: entriesView(entries),
      checkHref: calendarUrls.check(),
      backHref: urls.calendars(),
    });
  }

  async function checkPage(
    request: FastifyRequest,
    reply: FastifyReply,
    body: FormBody,
    proposal: Proposal,
    errors: readonly CalendarFault[],
  ): Promise<FastifyReply> {
    const impacts = await impactOfBook(db, proposal.book, scopeCondition(signedIn(request), 1));
    const ask = askOf(body);
    return page(reply, signedIn(request), 'calendars/check', {
      title: 'Check what changes',
      errors,
      fileName: proposal.fileName,
      changes: firstLines(proposal.changes),
      notes: firstLines(proposal.notes),
      toLookAt: proposal.notes.filter(({ text }) => text.startsWith(TO_LOOK_AT)),
      entries: entriesView(proposal.entries),
      checkHref: calendarUrls.check(),
      impact: impactView(impacts),
      inputs: Object.entries({ what: ask, after: String(proposal.after), ...typedInputs(body, request.uploadedFile) }).map(
        ([name, value]) => ({ name, value }),
      ),
      keepHref: calendarUrls.keep(),
      proposes: secondPerson.calendars,
      backHref: ask === 'file' ? calendarUrls.import() : ask === 'closure' ? calendarUrls.close() : urls.calendars(),
    });
  }
}

function withHref(adoption: Adoption) {
  return { ...adoption, href: urls.deployment(adoption.reference) };
}

/** Why a larger file is not taken, and what to do. */
function tooLargeFile(): readonly string[] {
  const { message, remedy } = tooLarge('The file');
  const [said = ''] = message.split('\n');
  return [`${said.replace(/^[^ ]+ file:\d+:\d+: /, '')}. Nothing was imported.`, remedy, 'Go back, and choose that one.'];
}
