import type { FastifyInstance, FastifyReply } from 'fastify';
import { askedOf } from '../../domain/surveys/routing.ts';
import type { AskedSection, Given } from '../../domain/surveys/routing.ts';
import { readSubmission } from '../../domain/surveys/submission.ts';
import type { FieldError } from '../../domain/surveys/submission.ts';
import { audienceOf } from '../../domain/surveys/survey.ts';
import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { capitalised } from '../../domain/words.ts';
import {
  findInvited,
  keepSurveyDraft,
  notForMe,
  openSurvey,
  optOut,
  readSurveyDraft,
  submitSurvey,
} from '../../postgres/surveys/answering.ts';
import type { Invited } from '../../postgres/surveys/answering.ts';
import { PUBLIC, PUBLIC_POST } from '../answer/opened-link.ts';
import type { FormBody } from '../answer/read-fields.ts';
import { renderView } from '../shared/render.ts';
import type { Services } from '../shared/services.ts';
import { fieldsOf, fieldViews, inputId, saidIn, withSection } from './section-view.ts';

type OfToken = { Params: { token: string }; Body: FormBody | null };
type OfPage = { Params: { token: string; page: string }; Body: FormBody | null };

type Opened = Invited & { readonly token: string };

/**
 * The pages behind the link of a survey. Opening a page changes nothing, since mail servers follow links: what is filled in is kept page by
 * page, and counts once it is sent on the last one. Each link belongs to one person and one wave, and ends with the wave.
 */
export function registerSurveyLinkRoutes(app: FastifyInstance, { db, links }: Services): void {
  app.get<OfToken>('/survey/:token', PUBLIC, async (request, reply) => {
    const opened = await openLink(request.params.token);
    return opened === undefined ? reply.callNotFound() : (over(reply, opened) ?? startPage(reply, opened));
  });

  app.post<OfToken>('/survey/:token', PUBLIC_POST, async (request, reply) => {
    const opened = await openLink(request.params.token);
    if (opened === undefined) return reply.callNotFound();
    const ended = over(reply, opened);
    if (ended !== null) return ended;
    await openSurvey(db, opened);
    return reply.redirect(`/survey/${opened.token}/1`, 303);
  });

  app.get<OfPage>('/survey/:token/:page', PUBLIC, async (request, reply) => {
    const opened = await openLink(request.params.token);
    if (opened === undefined) return reply.callNotFound();
    const given = await readSurveyDraft(db, opened);
    const at = pageAt(opened, given, request.params.page);
    if (at === undefined) return reply.callNotFound();
    return over(reply, opened) ?? sectionPage(reply, opened, at, given, []);
  });

  app.post<OfPage>('/survey/:token/:page', PUBLIC_POST, async (request, reply) => {
    const opened = await openLink(request.params.token);
    if (opened === undefined) return reply.callNotFound();
    const ended = over(reply, opened);
    if (ended !== null) return ended;
    const before = await readSurveyDraft(db, opened);
    const at = pageAt(opened, before, request.params.page);
    if (at === undefined) return reply.callNotFound();
    const given = withSection(before, at.section, request.body ?? {});
    const read = readSubmission(opened.survey, given);
    const fields = fieldsOf(at.section);
    const errors =
      read.ok || read.reason.kind === 'nothing-answered' ? [] : read.reason.errors.filter(({ field }) => fields.includes(field));
    if (errors.length > 0) return sectionPage(reply.status(400), opened, at, given, errors);
    if (!(await keepSurveyDraft(db, opened, given))) return reply.redirect(`/survey/${opened.token}`, 303);
    const next = at.number < askedOf(opened.survey, given).length ? String(at.number + 1) : 'check';
    return reply.redirect(`/survey/${opened.token}/${next}`, 303);
  });

  app.get<OfToken>('/survey/:token/check', PUBLIC, async (request, reply) => {
    const opened = await openLink(request.params.token);
    if (opened === undefined) return reply.callNotFound();
    return over(reply, opened) ?? checkPage(reply, opened, await readSurveyDraft(db, opened), []);
  });

  app.post<OfToken>('/survey/:token/check', PUBLIC_POST, async (request, reply) => {
    const opened = await openLink(request.params.token);
    if (opened === undefined) return reply.callNotFound();
    const ended = over(reply, opened);
    if (ended !== null) return ended;
    const given = await readSurveyDraft(db, opened);
    const read = readSubmission(opened.survey, given);
    if (!read.ok) return checkPage(reply.status(400), opened, given, read.reason.errors);
    // False where a second device was faster, or the wave closed in this moment: the page that follows says so.
    await submitSurvey(db, opened, read.value);
    return reply.redirect(`/survey/${opened.token}`, 303);
  });

  for (const [path, leave] of [
    ['opt-out', optOut],
    ['not-me', notForMe],
  ] as const) {
    app.get<OfToken>(`/survey/:token/${path}`, PUBLIC, async (request, reply) => {
      const opened = await openLink(request.params.token);
      return opened === undefined ? reply.callNotFound() : leavePage(reply, opened, path);
    });
    app.post<OfToken>(`/survey/:token/${path}`, PUBLIC_POST, async (request, reply) => {
      const opened = await openLink(request.params.token);
      if (opened === undefined) return reply.callNotFound();
      await leave(db, opened);
      return reply.redirect(`/survey/${opened.token}/${path}`, 303);
    });
  }

  async function openLink(token: string): Promise<Opened | undefined> {
    const invited = await findInvited(db, links.hashOf(token));
    if (invited === undefined) return undefined;
    // The link was sent to an address that is no longer theirs.
    const { wave, person, email } = invited;
    return links.surveyTokenFor({ wave, person, email }) === token ? { ...invited, token } : undefined;
  }
}

type At = { readonly number: number; readonly section: AskedSection };

function pageAt({ survey }: Opened, given: Given, page: string): At | undefined {
  if (!/^[1-9]\d{0,2}$/.test(page)) return undefined;
  const section = askedOf(survey, given)[Number(page) - 1];
  return section === undefined ? undefined : { number: Number(page), section };
}

function send(reply: FastifyReply, view: string, data: object): FastifyReply {
  return reply.type('text/html').send(renderView(`surveys/${view}`, { user: null, navigation: [], errors: [], ...data }));
}

/** The page that says why nothing can be answered, or null when it can. */
function over(reply: FastifyReply, { state, open, waveState, closesOn, survey }: Opened): FastifyReply | null {
  const says =
    state === 'submitted'
      ? ['Thank you: your answers were sent', 'Your answers are kept without your name. They cannot be found again, changed or taken back.']
      : state === 'opted-out'
        ? [
            'You are not asked in this survey',
            'This was chosen from the link that was sent to you. We will not send anything more about it.',
          ]
        : waveState === 'called-off'
          ? ['This survey was called off', 'You do not need to do anything. We do not keep anything that you filled in and did not send.']
          : state === 'lapsed' || !open
            ? [
                'This survey has closed',
                `It could be answered until ${longDateWithWeekday(closesOn)}. We do not keep anything that was not sent.`,
              ]
            : null;
  if (says === null) return null;
  const [title, text] = says;
  return send(state === 'submitted' ? reply : reply.status(410), 'over', { title, text, survey: survey.title });
}

function startPage(reply: FastifyReply, { token, name, survey, closesOn, state }: Opened): FastifyReply {
  return send(reply, 'start', {
    title: survey.title,
    name,
    about: paragraphsOf(survey.about),
    statement: paragraphsOf(survey.statementOfUse),
    minutes: survey.minutes,
    closes: longDateWithWeekday(closesOn),
    goesOn: state === 'started',
    action: `/survey/${token}`,
  });
}

function sectionPage(reply: FastifyReply, opened: Opened, at: At, given: Given, errors: readonly FieldError[]): FastifyReply {
  const { token, survey } = opened;
  const { section, audience } = at.section;
  return send(reply, 'section', {
    title: section.title,
    survey: survey.title,
    as: audience === null ? null : audienceOf(survey, audience).title,
    intro: section.intro,
    fields: fieldViews(survey, at.section, given, errors),
    errors: errors.map(({ field, message }) => ({ text: message, href: `#${inputId(field)}` })),
    back: at.number === 1 ? `/survey/${token}` : `/survey/${token}/${at.number - 1}`,
    action: `/survey/${token}/${at.number}`,
  });
}

function checkPage(reply: FastifyReply, { token, survey }: Opened, given: Given, errors: readonly FieldError[]): FastifyReply {
  const sections = askedOf(survey, given);
  const pageOf = (field: string) =>
    Math.max(
      0,
      sections.findIndex((section) => fieldsOf(section).includes(field)),
    ) + 1;
  return send(reply, 'check', {
    title: 'Check your answers before you send them',
    survey: survey.title,
    sections: sections.map((section, at) => ({
      title:
        section.audience === null
          ? section.section.title
          : `${section.section.title}: ${capitalised(audienceOf(survey, section.audience).title)}`,
      lines: saidIn(survey, section, given),
      href: `/survey/${token}/${at + 1}`,
    })),
    errors: errors.map(({ field, message }) => ({ text: message, href: `/survey/${token}/${pageOf(field)}#${inputId(field)}` })),
    back: `/survey/${token}/${Math.max(1, sections.length)}`,
    action: `/survey/${token}/check`,
  });
}

function leavePage(reply: FastifyReply, { token, survey, state, optedOut }: Opened, path: 'opt-out' | 'not-me'): FastifyReply {
  const done = path === 'opt-out' ? optedOut : state === 'opted-out';
  return send(reply, 'leave', {
    title:
      path === 'opt-out'
        ? done
          ? 'You will not get any more surveys'
          : 'Stop getting surveys'
        : done
          ? 'Thank you for telling us'
          : 'This survey is not for me',
    survey: survey.title,
    path,
    done,
    submitted: state === 'submitted',
    action: `/survey/${token}/${path}`,
  });
}

function paragraphsOf(text: string): readonly string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}
