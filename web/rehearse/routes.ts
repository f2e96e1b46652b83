import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { authoritiesOf } from '../../calendars/calendar-book.ts';
import type { CalendarBook } from '../../calendars/calendar-book.ts';
import type { Programme } from '../../domain/programme.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { mayPublish, programmeOnOffer, publishProgramme } from '../../desk/programmes-on-offer.ts';
import type { Reason } from '../../domain/result.ts';
import { listVersions } from '../../postgres/pinned/programme-versions.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { rehearsalAsHtml } from '../../rehearsal/as-html.ts';
import { differencesOf } from '../../rehearsal/compare.ts';
import { pictureOf } from '../../rehearsal/picture.ts';
import { navigationFor } from '../shared/navigation.ts';
import { asQuery, formView, readRehearsalForm, rehearsalView, rehearseForm } from './rehearsal-form.ts';
import type { RehearsalForm } from './rehearsal-form.ts';
import { renderView } from '../shared/render.ts';
import { may } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { takesUpload, uploadedText } from '../shared/uploaded-file.ts';
import { urls } from '../shared/urls.ts';

const TOO_LARGE = [
  'The file has more than the 1 MB that a programme may have. Nothing was checked or kept.',
  'Go back, and choose the YAML file of one programme.',
];
const TEXT = z.object({ text: z.string() }).catch({ text: '' });
const AFTER = z.object({ after: z.string().max(20).catch('') }).catch({ after: '' });
const NONE = 'none';

/** The version that a form was made on; `none` before the first. */
function versionOf(onOffer: Programme | null): string {
  return onOffer === null ? NONE : String(onOffer.version);
}

/**
 * Programmes played through before a real school gets its first e-mail: programmes that are on offer, and one that is
 * pasted.
 */
export function registerRehearseRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<{ Params: { id: string } }>('/programmes/:id/rehearse', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const loaded = await programmeOnOffer(db, request.params.id);
    if (!loaded.ok) return reply.callNotFound();
    const form = readRehearsalForm(request.query);
    return page(request, reply, 'rehearse/programme', {
      title: `Rehearse ${loaded.value.title}`,
      programmeHref: urls.programme(loaded.value.id),
      action: `${urls.programme(loaded.value.id)}/rehearse`,
      pageHref: `${urls.programme(loaded.value.id)}/rehearse/page?${asQuery(form)}`,
      ...played(loaded.value, form, await readCalendarBook(db)),
    });
  });

  app.get<{ Params: { id: string } }>('/programmes/:id/rehearse/page', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const loaded = await programmeOnOffer(db, request.params.id);
    const done = loaded.ok ? rehearseForm(loaded.value, readRehearsalForm(request.query), await readCalendarBook(db)) : loaded;
    if (!loaded.ok || !done.ok) return reply.callNotFound();
    const { rehearsal } = done.value;
    return reply
      .type('text/html; charset=utf-8')
      .header('content-disposition', `attachment; filename="rehearsal-${loaded.value.id}.html"`)
      .send(rehearsalAsHtml(rehearsal, pictureOf(loaded.value, done.value.request.calendar, rehearsal.timeline)));
  });

  app.get('/rehearse', { config: { access: 'see-programmes' } }, async (request, reply) =>
    textPage(request, reply, { text: '', unreadable: null, form: readRehearsalForm({}), book: await readCalendarBook(db) }),
  );

  app.post('/rehearse', { config: { access: 'see-programmes' }, ...takesUpload(TOO_LARGE) }, async (request, reply) =>
    textPage(request, reply, await askedOf(request)),
  );

  app.post('/programmes/publish/check', { config: { access: 'publish-programme' }, ...takesUpload(TOO_LARGE) }, async (request, reply) => {
    const asked = await askedOf(request);
    const { programme } = readPasted(asked);
    return programme === null ? textPage(request, reply, asked) : publishPage(request, reply, asked, programme);
  });

  app.post('/programmes/publish', { config: { access: 'publish-programme' }, ...takesUpload(TOO_LARGE) }, async (request, reply) => {
    const asked = await askedOf(request);
    const { programme } = readPasted(asked);
    if (programme === null || request.user === null) return textPage(request, reply, asked);
    const allowed = await mayPublish(db, programme);
    if (!allowed.ok) return textPage(request, reply, asked, allowed.reason);
    const { after } = AFTER.parse(request.body ?? {});
    if (after !== versionOf(allowed.value.onOffer)) {
      const looked =
        after === '' ? 'Look at what differs, then publish it.' : 'Something else was published meanwhile. Look at what differs now.';
      return publishPage(request, reply.status(409), asked, programme, [{ text: looked, href: '#differences' }]);
    }
    const published = await publishProgramme(db, programme, request.user.person);
    if (!published.ok) return textPage(request, reply, asked, published.reason);
    return reply.redirect(`${urls.programme(programme.id)}?published=${programme.version}`, 303);
  });

  /** What a version changes, to be looked at before it is published. */
  async function publishPage(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: Asked,
    programme: Programme,
    errors: readonly { readonly text: string; readonly href: string }[] = [],
  ): Promise<FastifyReply> {
    const allowed = await mayPublish(db, programme);
    if (!allowed.ok) return textPage(request, reply, asked, allowed.reason);
    const { onOffer } = allowed.value;
    const running = (await listVersions(db, programme.id)).reduce((sum, version) => sum + version.running, 0);
    return page(request, reply, 'rehearse/publish', {
      title: `Publish version ${programme.version} of ${programme.title}`,
      version: programme.version,
      before: onOffer === null ? null : { title: onOffer.title, version: onOffer.version },
      differences: onOffer === null ? [] : differencesOf(onOffer, programme),
      running,
      text: asked.text,
      after: versionOf(onOffer),
      errors,
    });
  }

  /** Whether somebody can publish what was rehearsed, and why not; null for those who may never. */
  async function publishes(request: FastifyRequest, programme: Programme | null) {
    if (programme === null || !may(request.user, 'publish-programme')) return null;
    const asked = await mayPublish(db, programme);
    const { version } = programme;
    if (!asked.ok)
      return { version, possible: false, why: `It cannot be published as it is. ${asked.reason.message} ${asked.reason.remedy}` };
    if (asked.value.published)
      return { version, possible: false, why: `Version ${version} stands in Chaser already, with this very content.` };
    return { version, possible: true, why: null };
  }

  /** The page with the text of a programme: its findings, or its rehearsal. */
  async function textPage(
    request: FastifyRequest,
    reply: FastifyReply,
    given: Asked,
    refusal: Reason | null = null,
  ): Promise<FastifyReply> {
    const { text, form, book } = given;
    const asked = request.method === 'POST';
    const { programme, findings } = readPasted(given);
    const data = programme === null ? { form: formView(null, form, book), result: null, errors: [] } : played(programme, form, book);
    const faulty = asked && programme === null;
    return page(request, faulty || refusal !== null ? reply.status(422) : reply, 'rehearse/text', {
      title: 'Rehearse a programme before it is published',
      text,
      findings: asked ? findings : [],
      ...data,
      next:
        asked && programme !== null && data.errors.length === 0 && refusal === null
          ? { asked: data.form.choices, chosen: Object.keys(form.facts).length > 0 }
          : null,
      publishes: await publishes(request, programme),
      ...(refusal === null ? {} : { errors: [{ text: `${refusal.message} ${refusal.remedy}`, href: '#text' }] }),
      ...(faulty ? { errors: [faultOf(given)] } : {}),
    });
  }

  async function askedOf(request: FastifyRequest): Promise<Asked> {
    const pasted = TEXT.parse(request.body ?? {}).text;
    const file = request.uploadedFile === null ? null : uploadedText(request.uploadedFile);
    return {
      // A file that was chosen counts before text that was pasted.
      text: file === null ? pasted : file.ok ? file.value : '',
      unreadable: file === null || file.ok ? null : file.reason,
      form: readRehearsalForm(request.body),
      book: await readCalendarBook(db),
    };
  }
}

/** A pasted text, how it is to be rehearsed, and the dates that are known. */
type Asked = {
  readonly text: string;
  /** Why the file that was chosen cannot be read; null where it can, or none was chosen. */
  readonly unreadable: Reason | null;
  readonly form: RehearsalForm;
  readonly book: CalendarBook;
};

/** What is wrong with a text that is no programme, with the input to mend. */
function faultOf({ text, unreadable }: Asked) {
  if (unreadable !== null) return { text: `${unreadable.message} ${unreadable.remedy}`, href: '#file' };
  if (text.trim() === '') return { text: 'Choose the file of a programme, or paste its text', href: '#file' };
  return { text: 'The programme has faults', href: '#text' };
}

/** What was pasted, under the file name that its first line gives it. */
function readPasted({ text, book }: Asked) {
  const file = `${/^programme: *([a-z0-9-]+)/m.exec(text)?.[1] ?? 'programme'}.yaml`;
  return readProgramme(
    text,
    file,
    authoritiesOf(book).map(({ id }) => id),
  );
}

function played(programme: Programme, form: RehearsalForm, book: CalendarBook) {
  const done = form.start === '' ? null : rehearseForm(programme, form, book);
  return {
    form: formView(programme, form, book),
    result: done?.ok === true ? rehearsalView(done.value) : null,
    errors: done?.ok === false ? [{ text: `${done.reason.message} ${done.reason.remedy}`, href: '#start' }] : [],
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
