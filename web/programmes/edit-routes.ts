import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { mayPublish, programmeOnOffer, programmeVersion, versionsOnOffer } from '../../desk/programmes-on-offer.ts';
import { textOfVersion } from '../../desk/programme-text.ts';
import type { Programme } from '../../domain/programme.ts';
import { reachOf } from '../../domain/reach.ts';
import { rowNumber } from '../../domain/row-number.ts';
import { dateAndTime } from '../../domain/time/time-words.ts';
import { beginDraft, discardDraft, findProgrammeDraft, listOtherDrafts, saveProgrammeDraft } from '../../postgres/desk/programme-drafts.ts';
import type { DraftKey, ProgrammeDraft } from '../../postgres/desk/programme-drafts.ts';
import { withVersion } from '../../programmes/next-version.ts';
import { differencesOf } from '../../rehearsal/compare.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { statusOfNotDone } from '../rehearse/not-done.ts';
import { formView, readRehearsalForm } from '../rehearse/rehearsal-form.ts';
import type { Pasted } from '../rehearse/rehearsal-work.ts';
import { shippedScenarios } from '../rehearse/scenarios.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { takesUpload } from '../shared/uploaded-file.ts';
import { editorModules, mayRunEditor } from './editor-modules.ts';
import { programmeUrls } from './programme-urls.ts';

const page = staffPages('programmes');

type Named = { Params: { id: string }; Querystring: { checked?: unknown; done?: unknown }; Body: FormBody | null };

const WRITES = { config: { access: 'publish-programme' } } as const;
const LONG = {
  ...WRITES,
  ...takesUpload(['The text has more than the 1MB that a programme may have. It was not saved.', 'Go back, and shorten it.']),
} as const;
const OWN = 'own';

/** Writing the next version of a programme: a draft of one's own, which is checked, rehearsed, compared and published from here. */
export function registerEditRoutes(app: FastifyInstance, { db, rehearsals }: Services): void {
  app.get<Named>('/programmes/:id/edit', WRITES, async (request, reply) => {
    const draft = await findProgrammeDraft(db, keyOf(request));
    if (draft === undefined) return beginPage(request, reply, []);
    const checked = request.query.checked === 'yes' ? await check(request, draft.content) : null;
    return editPage(request, reply, draft, { text: draft.content, checked, told: toldOf(request.query.done, draft), conflict: null });
  });

  app.post<Named>('/programmes/:id/edit/start', WRITES, async (request, reply) => {
    const { id } = request.params;
    const version = typed(request.body ?? {}, 'version');
    const versions = await versionsOnOffer(db, id);
    if (!versions.ok) return reply.callNotFound();
    const known = versions.value.known.map((one) => one.version);
    const text = known.includes(Number(version)) ? await textOfVersion(db, id, Number(version)) : null;
    if (text === null) return beginPage(request, reply.status(400), [{ id: 'version', text: 'Select the version to begin from' }]);
    const content = withVersion(text.replaceAll('\r\n', '\n'), Math.max(...known) + 1);
    await beginDraft(db, keyOf(request), { beganFrom: Number(version), content });
    return reply.redirect(`${programmeUrls.edit(id)}?done=begun`, 303);
  });

  app.post<Named>('/programmes/:id/edit', LONG, async (request, reply) => {
    const key = keyOf(request);
    const draft = await findProgrammeDraft(db, key);
    if (draft === undefined) return beginPage(request, reply.status(409), []);
    const text = textOf(request.body);
    const saved = await saveProgrammeDraft(db, key, { content: text, revision: revisionOf(request.body) });
    if (saved !== null) return reply.redirect(`${programmeUrls.edit(key.programme)}?checked=yes`, 303);
    // The same text sent twice is no conflict.
    if (text === draft.content) return reply.redirect(`${programmeUrls.edit(key.programme)}?checked=yes`, 303);
    return editPage(request, reply.status(409), draft, { text, checked: null, told: null, conflict: draft.content });
  });

  app.post<Named>('/programmes/:id/edit/save', LONG, async (request, reply) => {
    const key = keyOf(request);
    const draft = await findProgrammeDraft(db, key);
    const text = textOf(request.body);
    const same = draft?.content === text ? { revision: draft.revision, savedAt: draft.savedAt } : null;
    const saved = same ?? (await saveProgrammeDraft(db, key, { content: text, revision: revisionOf(request.body) }));
    if (saved === null) return reply.status(409).send({ saved: false });
    const checked = await check(request, text);
    return reply.send({
      saved: true,
      revision: String(saved.revision),
      savedAt: dateAndTime(saved.savedAt),
      findings: checked.ok ? checked.value.findings : null,
    });
  });

  app.get<Named>('/programmes/:id/edit/state', WRITES, async (request, reply) => {
    const { csrf, person } = signedIn(request);
    return reply.send({ csrf, person });
  });

  app.post<Named>('/programmes/:id/edit/discard', WRITES, async (request, reply) => {
    await discardDraft(db, keyOf(request));
    return reply.redirect(`${programmeUrls.edit(request.params.id)}?done=discarded`, 303);
  });

  app.get<Named>('/programmes/:id/edit/rehearse', WRITES, async (request, reply) => rehearsePage(request, reply, {}));
  app.post<Named>('/programmes/:id/edit/rehearse', LONG, async (request, reply) => rehearsePage(request, reply, request.body ?? {}));

  app.get<Named>('/programmes/:id/edit/compare', WRITES, async (request, reply) => {
    const { id } = request.params;
    const draft = await findProgrammeDraft(db, keyOf(request));
    if (draft === undefined) return reply.redirect(programmeUrls.edit(id), 303);
    const checked = await check(request, draft.content);
    const written = checked.ok ? checked.value.programme : null;
    if (written === null) return faultyPage(request, checked.ok ? reply.status(422) : statusOfNotDone(reply, checked.reason), checked);
    const [began, newest] = [await programmeVersion(db, id, draft.beganFrom), await programmeOnOffer(db, id)];
    const against = [
      ...(began.ok ? [{ heading: `Against version ${draft.beganFrom}, from which it began`, before: began.value }] : []),
      ...(newest.ok && newest.value.version !== draft.beganFrom
        ? [{ heading: `Against version ${newest.value.version}, which is on offer`, before: newest.value }]
        : []),
    ];
    return page(reply, signedIn(request), 'programmes/edit-compare', {
      title: `What your draft changes: ${written.title}`,
      backHref: programmeUrls.edit(id),
      against: against.map(({ heading, before }) => ({ heading, differences: differencesOf(before, written) })),
    });
  });

  /** Checks a text in the process that checks and rehearses. */
  async function check(request: FastifyRequest, text: string) {
    return rehearsals.ask(signedIn(request).person, 'pasted', { text, form: null, book: await readCalendarBook(db) });
  }

  async function beginPage(request: FastifyRequest<Named>, reply: FastifyReply, problems: readonly FormProblem[]): Promise<FastifyReply> {
    const { id } = request.params;
    const [onOffer, versions] = [await programmeOnOffer(db, id), await versionsOnOffer(db, id)];
    if (!onOffer.ok || !versions.ok) {
      reply.callNotFound();
      return reply;
    }
    const known = versions.value.known.map(({ version }) => version).toSorted((a, b) => b - a);
    const texts = await Promise.all(known.map(async (version) => ({ version, text: await textOfVersion(db, id, version) })));
    const withText = texts.filter(({ text }) => text !== null).map(({ version }) => version);
    return page(reply, signedIn(request), 'programmes/edit-begin', {
      title: `Write the next version of ${onOffer.value.title}`,
      backHref: programmeUrls.overview({ programme: onOffer.value, chosen: false }),
      action: programmeUrls.editStart(id),
      told: request.query.done === 'discarded' ? 'Your draft is discarded.' : null,
      versions: withText.map((version) => ({
        value: String(version),
        text: `Version ${version}${version === onOffer.value.version ? ', which is on offer' : ''}`,
        hint: reachOf(versions.value, version) === 'nowhere' ? { text: 'It was withdrawn.' } : undefined,
        checked: version === onOffer.value.version || withText.length === 1,
      })),
      withoutText: known.filter((version) => !withText.includes(version)),
      others: await listOtherDrafts(db, keyOf(request)),
      errors: problems.map((problem) => ({ text: problem.text, href: `#${problem.id}` })),
      error: problems[0],
    });
  }

  type Edited = {
    readonly text: string;
    readonly checked: Awaited<ReturnType<typeof check>> | null;
    readonly told: string | null;
    /** The text that was saved in another window meanwhile. */
    readonly conflict: string | null;
  };

  async function editPage(
    request: FastifyRequest<Named>,
    reply: FastifyReply,
    draft: ProgrammeDraft,
    edited: Edited,
  ): Promise<FastifyReply> {
    const { id } = request.params;
    const { text, checked, told, conflict } = edited;
    const found = checked?.ok === true ? checked.value : null;
    const findings = found?.findings ?? [];
    const newest = await programmeOnOffer(db, id);
    const nonce = randomBytes(16).toString('base64');
    const lines = text.split('\n');
    return page(mayRunEditor(reply, nonce), signedIn(request), 'programmes/edit', {
      title: `Your draft of ${newest.ok ? newest.value.title : id}`,
      backHref: `/programmes/${encodeURIComponent(id)}`,
      action: programmeUrls.edit(id),
      saveHref: programmeUrls.editSave(id),
      stateHref: `${programmeUrls.edit(id)}/state`,
      rehearseHref: programmeUrls.editRehearse(id),
      compareHref: programmeUrls.editCompare(id),
      discardHref: programmeUrls.editDiscard(id),
      nonce,
      modules: editorModules(),
      draft,
      text,
      told,
      conflict,
      checked: checked !== null,
      notDone: checked?.ok === false ? `${checked.reason.message} ${checked.reason.remedy}` : null,
      findings,
      findingsJson: JSON.stringify(findings),
      numbered:
        findings.length === 0
          ? []
          : lines.map((line, at) => ({ line, number: at + 1, found: findings.filter((one) => one.line === at + 1) })),
      publish: found?.programme == null ? null : await publishable(found.programme),
      others: await listOtherDrafts(db, keyOf(request)),
      newer: newest.ok && newest.value.version > draft.beganFrom ? newest.value.version : null,
      errors:
        conflict === null ? [] : [{ text: 'This draft was saved in another window meanwhile, so your text was not saved', href: '#text' }],
    });
  }

  /** Whether the draft can be published as it is, and why not. */
  async function publishable(programme: Programme) {
    const allowed = await mayPublish(db, programme);
    if (!allowed.ok) return { version: programme.version, why: `${allowed.reason.message} ${allowed.reason.remedy}` };
    return { version: programme.version, why: allowed.value.published ? `Version ${programme.version} is in Chaser already.` : null };
  }

  async function rehearsePage(request: FastifyRequest<Named>, reply: FastifyReply, body: FormBody): Promise<FastifyReply> {
    const { id } = request.params;
    const draft = await findProgrammeDraft(db, keyOf(request));
    if (draft === undefined) return reply.redirect(programmeUrls.edit(id), 303);
    const book = await readCalendarBook(db);
    const form = readRehearsalForm(body);
    const [chosen, own] = [typed(body, 'scenario'), textOf(body, 'own')];
    const shipped = shippedScenarios(id);
    const scenario = chosen === OWN ? own : (shipped.find(({ name }) => name === chosen)?.text ?? null);
    const asks = request.method === 'POST';
    const asked = await rehearsals.ask(signedIn(request).person, 'pasted', {
      text: draft.content,
      form: asks ? form : null,
      book,
      scenario,
    });
    if (!asked.ok || asked.value.programme === null)
      return faultyPage(request, asked.ok ? reply.status(422) : statusOfNotDone(reply, asked.reason), asked);
    const { programme, played } = asked.value;
    const refusal =
      chosen === OWN && own.trim() === ''
        ? { text: 'Enter your scenario', href: '#own' }
        : played?.ok === false
          ? { text: `${played.reason.message} ${played.reason.remedy}`, href: played.reason.kind === 'faulty-scenario' ? '#own' : '#start' }
          : null;
    if (refusal !== null) void reply.status(422);
    return page(reply, signedIn(request), 'programmes/edit-rehearse', {
      title: `Rehearse your draft of ${programme.title}`,
      backHref: programmeUrls.edit(id),
      action: programmeUrls.editRehearse(id),
      form: formView(programme, form, book),
      scenarios: [
        { value: '', text: 'What is chosen below', selected: chosen === '' },
        ...shipped.map(({ name, title }) => ({ value: name, text: title, selected: chosen === name })),
        { value: OWN, text: 'A scenario of your own', selected: chosen === OWN },
      ],
      own,
      result: refusal === null && played?.ok === true ? played.value : null,
      errors: refusal === null ? [] : [refusal],
    });
  }

  /** Says that a draft has faults, or that it could not be checked now. */
  function faultyPage(request: FastifyRequest<Named>, reply: FastifyReply, checked: Awaited<ReturnType<typeof check>>): FastifyReply {
    const found: Pasted | null = checked.ok ? checked.value : null;
    return page(reply, signedIn(request), 'shared/message', {
      title: found === null ? 'This was not worked out' : 'Your draft has faults',
      paragraphs:
        found === null && !checked.ok
          ? [checked.reason.message, checked.reason.remedy]
          : [
              `${found?.findings.length ?? 0} ${found?.findings.length === 1 ? 'thing is' : 'things are'} wrong with its text. Go back to the draft, and select “Save and check” to see each at its line.`,
            ],
    });
  }
}

function keyOf(request: FastifyRequest<Named>): DraftKey {
  return { person: signedIn(request).person, programme: request.params.id };
}

/** A text as it was sent, with the line ends of a file. What cannot be stored is left out. */
function textOf(body: FormBody | null, name = 'text'): string {
  const text = body?.[name];
  return typeof text === 'string' ? text.toWellFormed().replaceAll('\r\n', '\n').replaceAll('\0', '') : '';
}

/** The revision that a form was made on; 0, which no draft has, for anything that is no number. */
function revisionOf(body: FormBody | null): number {
  const text = typed(body ?? {}, 'revision');
  return rowNumber(text) ?? 0;
}

function toldOf(done: unknown, { beganFrom }: ProgrammeDraft): string | null {
  return done === 'begun'
    ? `Your draft begins with the text of version ${beganFrom}, under the next number. Nobody else can change it.`
    : null;
}
