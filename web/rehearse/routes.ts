import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CalendarBook } from '../../calendars/calendar-book.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { programmeOnOffer, publishProgramme } from '../../desk/programmes-on-offer.ts';
import { proposeProgramme } from '../../desk/proposed-programmes.ts';
import { NO_SECOND_PERSON } from '../../desk/second-person.ts';
import type { SecondPerson } from '../../desk/second-person.ts';
import { navigationFor } from '../shared/navigation.ts';
import { sendNotDone, statusOfNotDone } from './not-done.ts';
import type { NotDone } from './one-process.ts';
import { asQuery, formView, readRehearsalForm } from './rehearsal-form.ts';
import type { RehearsalForm } from './rehearsal-form.ts';
import type { Pasted, RehearsalHtml } from './rehearsal-work.ts';
import { renderView } from '../shared/render.ts';
import { may } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';

/** The text of a programme, with every character of it written as a form writes it; the longest that comes with Chaser has 45 KB. */
const PASTED_BYTES = 512 * 1024;
const TEXT = z.object({ text: z.string() }).catch({ text: '' });

/**
 * Programmes played through before a real school gets its first e-mail: programmes that are on offer, and one that is
 * pasted.
 */
export function registerRehearseRoutes(app: FastifyInstance, { db, rehearsals, secondPerson = NO_SECOND_PERSON }: Services): void {
  const textPage = (request: FastifyRequest, reply: FastifyReply, given: Asked, refusal: string | null = null) =>
    textPageWith(request, reply, given, refusal, secondPerson);

  app.get<{ Params: { id: string } }>('/programmes/:id/rehearse', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const loaded = await programmeOnOffer(db, request.params.id);
    if (!loaded.ok) return reply.callNotFound();
    const programme = loaded.value;
    const [form, book] = [readRehearsalForm(request.query), await readCalendarBook(db)];
    const asked = form.start === '' ? null : await rehearsals.ask(signedIn(request).person, 'rehearse', { programme, form, book });
    const notDone = asked?.ok === false ? asked.reason : null;
    return page(request, notDone === null ? reply : statusOfNotDone(reply, notDone), 'rehearse/programme', {
      title: `Rehearse ${programme.title}`,
      programmeHref: urls.programme(programme.id),
      action: `${urls.programme(programme.id)}/rehearse`,
      pageHref: `${urls.programme(programme.id)}/rehearse/page?${asQuery(form)}`,
      form: formView(programme, form, book),
      ...shown(asked?.ok === true ? asked.value : null, notDone),
    });
  });

  app.get<{ Params: { id: string } }>('/programmes/:id/rehearse/page', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const loaded = await programmeOnOffer(db, request.params.id);
    if (!loaded.ok) return reply.callNotFound();
    const given = { programme: loaded.value, form: readRehearsalForm(request.query), book: await readCalendarBook(db) };
    const asked = await rehearsals.ask(signedIn(request).person, 'asPage', given);
    if (!asked.ok) return sendNotDone(request, reply, asked.reason);
    if (!asked.value.ok) return reply.callNotFound();
    return reply
      .type('text/html; charset=utf-8')
      .header('content-disposition', `attachment; filename="rehearsal-${loaded.value.id}.html"`)
      .send(asked.value.value);
  });

  app.get('/rehearse', { config: { access: 'see-programmes' } }, async (request, reply) =>
    textPage(request, reply, { text: '', form: readRehearsalForm({}), book: await readCalendarBook(db), pasted: null, notDone: null }),
  );

  app.post('/rehearse', { config: { access: 'see-programmes' }, bodyLimit: PASTED_BYTES }, async (request, reply) =>
    textPage(request, reply, await readPasted(request, { plays: true })),
  );

  app.post('/programmes/publish', { config: { access: 'publish-programme' }, bodyLimit: PASTED_BYTES }, async (request, reply) => {
    const asked = await readPasted(request, { plays: false });
    const programme = asked.pasted?.programme ?? null;
    if (programme === null) return textPage(request, reply, asked);
    const { person } = signedIn(request);
    const done = secondPerson.programmes
      ? await proposeProgramme(db, programme, asked.text, person)
      : await publishProgramme(db, programme, person);
    if (!done.ok) return textPage(request, reply, asked, `${done.reason.message} ${done.reason.remedy}`);
    return reply.redirect(typeof done.value === 'number' ? urls.programmeProposal(done.value) : urls.programme(programme.id), 303);
  });

  /** Has what was pasted checked, and played through when that is asked for. */
  async function readPasted(request: FastifyRequest, { plays }: { readonly plays: boolean }): Promise<Asked> {
    const { text } = TEXT.parse(request.body ?? {});
    const [form, book] = [readRehearsalForm(request.body), await readCalendarBook(db)];
    const asked = await rehearsals.ask(signedIn(request).person, 'pasted', { text, form: plays ? form : null, book });
    return { text, form, book, pasted: asked.ok ? asked.value : null, notDone: asked.ok ? null : asked.reason };
  }
}

/** A text that was pasted, how it is to be rehearsed, the dates that are known, and what came of it, or why nothing did. */
type Asked = {
  readonly text: string;
  readonly form: RehearsalForm;
  readonly book: CalendarBook;
  readonly pasted: Pasted | null;
  readonly notDone: NotDone | null;
};

/** The page with the text of a programme: its findings, or its rehearsal. */
function textPageWith(
  request: FastifyRequest,
  reply: FastifyReply,
  given: Asked,
  refusal: string | null,
  secondPerson: SecondPerson,
): FastifyReply {
  const { text, form, book, pasted, notDone } = given;
  const programme = pasted?.programme ?? null;
  const data = shown(pasted?.played ?? null, notDone);
  const faulty = pasted !== null && programme === null;
  if (notDone !== null) void statusOfNotDone(reply, notDone);
  else if (faulty || refusal !== null) void reply.status(422);
  return page(request, reply, 'rehearse/text', {
    title: 'Rehearse a programme before it is published',
    text,
    findings: pasted?.findings ?? [],
    form: formView(programme, form, book),
    ...data,
    next:
      programme !== null && data.errors.length === 0 && refusal === null
        ? { asked: formView(programme, form, book).choices, chosen: Object.keys(form.facts).length > 0 }
        : null,
    publishes:
      programme === null || !may(request.user, 'publish-programme')
        ? null
        : { title: programme.title, version: programme.version, proposes: secondPerson.programmes },
    ...(refusal === null ? {} : { errors: [{ text: refusal, href: '#text' }] }),
    ...(faulty
      ? { errors: [{ text: text.trim() === '' ? 'Paste the text of a programme' : 'The programme has faults', href: '#text' }] }
      : {}),
  });
}

/** A rehearsal and what is wrong with how it was asked for, as the views take them. */
function shown(played: Result<RehearsalHtml, Reason> | null, notDone: NotDone | null) {
  const wrong = played?.ok === false ? played.reason : null;
  return {
    result: played?.ok === true ? played.value : null,
    errors: [
      ...(wrong === null ? [] : [{ text: `${wrong.message} ${wrong.remedy}`, href: '#start' }]),
      // No field is to blame.
      ...(notDone === null ? [] : [{ text: `${notDone.message} ${notDone.remedy}` }]),
    ],
  };
}

function page(
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  data: { readonly title: string; readonly [name: string]: unknown },
) {
  return reply
    .type('text/html')
    .send(renderView(view, { ...data, user: request.user, navigation: navigationFor(request.user, 'programmes') }));
}
