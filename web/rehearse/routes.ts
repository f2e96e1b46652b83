import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CalendarBook } from '../../calendars/calendar-book.ts';
import type { Programme } from '../../domain/programme.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { mayPublish, publishProgramme } from '../../desk/programmes-on-offer.ts';
import { proposeProgramme } from '../../desk/proposed-programmes.ts';
import { keptInWords, movedInWords } from '../../desk/reach-words.ts';
import { discardDraft } from '../../postgres/desk/programme-drafts.ts';
import { readTouched } from '../../postgres/pinned/programme-versions.ts';
import { differencesOf } from '../../rehearsal/compare.ts';
import { sendNotDone, statusOfNotDone } from './not-done.ts';
import type { NotDone } from './one-process.ts';
import { asQuery, formView, readRehearsalForm, startFault } from './rehearsal-form.ts';
import type { RehearsalForm } from './rehearsal-form.ts';
import type { Pasted, RehearsalHtml } from './rehearsal-work.ts';
import { programmeUrls } from '../programmes/programme-urls.ts';
import { shownBy } from '../programmes/shown-programme.ts';
import { faultsBy, readReach, reachView } from '../programmes/reach-form.ts';
import { may } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { takesUpload, uploadedText } from '../shared/uploaded-file.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('programmes');

const TOO_LARGE = [
  'The file has more than the 1MB that a programme may have. Nothing was checked or kept.',
  'Go back, and choose the YAML file of one programme.',
];
const TEXT = z.object({ text: z.string() }).catch({ text: '' });
const AFTER = z.object({ after: z.string().max(20).catch('') }).catch({ after: '' });
const NONE = 'none';

type OfProgramme = { Params: { id: string }; Querystring: { version?: unknown } };

/** The version that a form was made on; `none` before the first. */
function versionOf(onOffer: Programme | null): string {
  return onOffer === null ? NONE : String(onOffer.version);
}

/**
 * Programmes played through before a real school gets its first e-mail: programmes that are on offer, and one that is
 * pasted.
 */
export function registerRehearseRoutes(app: FastifyInstance, { db, rehearsals, secondPerson }: Services): void {
  app.get<OfProgramme>('/programmes/:id/rehearse', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const chosen = await shownBy(db, request);
    if (chosen === undefined) return reply.callNotFound();
    const { programme } = chosen;
    const [form, book] = [readRehearsalForm(request.query), await readCalendarBook(db)];
    const asked = form.start === '' ? null : await rehearsals.ask(signedIn(request).person, 'rehearse', { programme, form, book });
    const notDone = asked?.ok === false ? asked.reason : null;
    return page(request, notDone === null ? reply : statusOfNotDone(reply, notDone), 'rehearse/programme', {
      title: `Rehearse ${programme.title}`,
      programmeHref: programmeUrls.overview(chosen),
      action: `${urls.programme(programme.id)}/rehearse`,
      version: chosen.chosen ? programme.version : null,
      pageHref: `${urls.programme(programme.id)}/rehearse/page?${asQuery(form)}${chosen.chosen ? `&version=${programme.version}` : ''}`,
      form: formView(programme, form, book),
      ...shown(asked?.ok === true ? asked.value : null, notDone),
    });
  });

  app.get<OfProgramme>('/programmes/:id/rehearse/page', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const chosen = await shownBy(db, request);
    if (chosen === undefined) return reply.callNotFound();
    const given = { programme: chosen.programme, form: readRehearsalForm(request.query), book: await readCalendarBook(db) };
    const asked = await rehearsals.ask(signedIn(request).person, 'asPage', given);
    if (!asked.ok) return sendNotDone(request, reply, asked.reason);
    if (!asked.value.ok) return reply.callNotFound();
    return reply
      .type('text/html; charset=utf-8')
      .header('content-disposition', `attachment; filename="rehearsal-${chosen.programme.id}.html"`)
      .send(asked.value.value);
  });

  app.get('/rehearse', { config: { access: 'see-programmes' } }, async (request, reply) =>
    textPage(request, reply, {
      text: '',
      unreadable: null,
      form: readRehearsalForm({}),
      book: await readCalendarBook(db),
      pasted: null,
      notDone: null,
    }),
  );

  app.post('/rehearse', { config: { access: 'see-programmes' }, ...takesUpload(TOO_LARGE) }, async (request, reply) =>
    textPage(request, reply, await askedOf(request, { plays: true })),
  );

  app.post('/programmes/publish/check', { config: { access: 'publish-programme' }, ...takesUpload(TOO_LARGE) }, async (request, reply) => {
    const asked = await askedOf(request, { plays: false });
    const programme = asked.pasted?.programme ?? null;
    return programme === null ? textPage(request, reply, asked) : publishPage(request, reply, asked, programme);
  });

  app.post('/programmes/publish', { config: { access: 'publish-programme' }, ...takesUpload(TOO_LARGE) }, async (request, reply) => {
    const asked = await askedOf(request, { plays: false });
    const programme = asked.pasted?.programme ?? null;
    if (programme === null) return textPage(request, reply, asked);
    const allowed = await mayPublish(db, programme);
    if (!allowed.ok) return textPage(request, reply, asked, allowed.reason);
    const { after } = AFTER.parse(request.body ?? {});
    if (after !== versionOf(allowed.value.onOffer)) {
      const looked =
        after === '' ? 'Look at what differs, then publish it.' : 'Something else was published meanwhile. Look at what differs now.';
      return publishPage(request, reply.status(409), asked, programme, null, [{ text: looked, href: '#differences' }]);
    }
    const reach = readReach(request.body === null || typeof request.body !== 'object' ? {} : { ...request.body });
    if (reach.problems.length > 0) return publishPage(request, reply.status(400), asked, programme, reach);
    const { person } = signedIn(request);
    if (secondPerson.programmes) {
      const proposed = await proposeProgramme(db, programme, asked.text, person, reach.asked);
      if (!proposed.ok) return textPage(request, reply, asked, proposed.reason);
      return reply.redirect(`${urls.programmeProposal(proposed.value)}?done=proposed`, 303);
    }
    const published = await publishProgramme(db, programme, person, { ...reach.asked, content: asked.text });
    if (!published.ok) return textPage(request, reply, asked, published.reason);
    const { id, version } = programme;
    // A draft has served its purpose once what it says is published.
    await discardDraft(db, { person, programme: id }, asked.text.replaceAll('\r\n', '\n'));
    return reply.redirect(`${programmeUrls.version(id, version)}&published=${version}`, 303);
  });

  /** What a version changes, to be looked at before it is published. */
  async function publishPage(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: Asked,
    programme: Programme,
    reach: ReturnType<typeof readReach> | null = null,
    errors: readonly { readonly text: string; readonly href: string }[] = [],
  ): Promise<FastifyReply> {
    const allowed = await mayPublish(db, programme);
    if (!allowed.ok) return textPage(request, reply, asked, allowed.reason);
    const { onOffer, moved } = allowed.value;
    const problems = reach?.problems ?? [];
    return page(request, reply, 'rehearse/publish', {
      title: `Publish version ${programme.version} of ${programme.title}`,
      version: programme.version,
      before: onOffer === null ? null : { title: onOffer.title, version: onOffer.version },
      differences: onOffer === null ? [] : differencesOf(onOffer, programme),
      moved: movedInWords(moved),
      kept: keptInWords(await readTouched(db, programme.id)),
      text: asked.text,
      after: versionOf(onOffer),
      proposes: secondPerson.programmes,
      reach: reachView(reach?.form ?? { where: '', regions: [], because: '' }),
      faults: faultsBy(problems),
      errors: [...errors, ...problems.map(({ id, text }) => ({ text, href: `#${id}` }))],
    });
  }

  /** Whether somebody can publish what was rehearsed, and why not; null for those who may never. */
  async function publishes(request: FastifyRequest, programme: Programme | null) {
    if (programme === null || !may(request.user, 'publish-programme')) return null;
    const asked = await mayPublish(db, programme);
    const { version } = programme;
    const proposes = secondPerson.programmes;
    if (!asked.ok)
      return { version, possible: false, proposes, why: `It cannot be published as it is. ${asked.reason.message} ${asked.reason.remedy}` };
    if (asked.value.published)
      return { version, possible: false, proposes, why: `Version ${version} is in Chaser already, with the same content.` };
    return { version, possible: true, proposes, why: null };
  }

  /** The page with the text of a programme: its findings, or its rehearsal. */
  async function textPage(
    request: FastifyRequest,
    reply: FastifyReply,
    given: Asked,
    refusal: Reason | null = null,
  ): Promise<FastifyReply> {
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
      publishes: await publishes(request, programme),
      ...(refusal === null ? {} : { errors: [{ text: `${refusal.message} ${refusal.remedy}`, href: '#text' }] }),
      ...(faulty ? { errors: [faultOf(given), ...startFault(form)] } : {}),
    });
  }

  /** Has a file, or what was pasted, checked, and played through when that is asked for. */
  async function askedOf(request: FastifyRequest, { plays }: { readonly plays: boolean }): Promise<Asked> {
    const file = request.uploadedFile === null ? null : uploadedText(request.uploadedFile);
    // A file that was chosen counts before text that was pasted.
    const text = file === null ? TEXT.parse(request.body ?? {}).text : file.ok ? file.value : '';
    const unreadable = file === null || file.ok ? null : file.reason;
    const [form, book] = [readRehearsalForm(request.body), await readCalendarBook(db)];
    const asked = await rehearsals.ask(signedIn(request).person, 'pasted', { text, form: plays ? form : null, book });
    return { text, unreadable, form, book, pasted: asked.ok ? asked.value : null, notDone: asked.ok ? null : asked.reason };
  }
}

/** A text that was pasted, how it is to be rehearsed, the dates that are known, and what came of it, or why nothing did. */
type Asked = {
  readonly text: string;
  /** Why the file that was chosen cannot be read; null where it can, or none was chosen. */
  readonly unreadable: Reason | null;
  readonly form: RehearsalForm;
  readonly book: CalendarBook;
  readonly pasted: Pasted | null;
  readonly notDone: NotDone | null;
};

/** What is wrong with a text that is no programme, with the input to mend. */
function faultOf({ text, unreadable }: Asked) {
  if (unreadable !== null) return { text: `${unreadable.message} ${unreadable.remedy}`, href: '#file' };
  if (text.trim() === '') return { text: 'Choose the file of a programme, or paste its text', href: '#file' };
  return { text: 'The programme has faults', href: '#text' };
}

/** A rehearsal and what is wrong with how it was asked for, as the views take them. */
function shown(played: Result<RehearsalHtml, Reason> | null, notDone: NotDone | null) {
  const wrong = played?.ok === false ? played.reason : null;
  return {
    result: played?.ok === true ? played.value : null,
    errors: [
      ...(wrong === null ? [] : [{ text: `${wrong.message} ${wrong.remedy}`, href: '#start-day' }]),
      // No field is to blame.
      ...(notDone === null ? [] : [{ text: `${notDone.message} ${notDone.remedy}` }]),
    ],
  };
}

function page(
  request: FastifyRequest,
  reply: FastifyReply,
  view: string,
  data: {
    readonly title: string;
    readonly errors?: readonly { readonly text: string; readonly href?: string }[];
    readonly [name: string]: unknown;
  },
) {
  const startError = data.errors?.find(({ href }) => href === '#start-day')?.text;
  return send(reply, signedIn(request), view, { ...data, startError });
}
