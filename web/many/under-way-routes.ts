import { nowMs } from '../../postgres/sandbox/clock.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { programmeOnOffer, programmesOnOffer } from '../../desk/programmes-on-offer.ts';
import { decideByFrom, readUnderWay } from '../../desk/under-way.ts';
import type { UnderWayLine } from '../../desk/under-way.ts';
import { workMany } from '../../desk/work-many.ts';
import type { Programme } from '../../domain/programme.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { makeJob } from '../../postgres/desk/many.ts';
import type { NewLine } from '../../postgres/desk/many.ts';
import { keepProgramme } from '../../postgres/pinned/pinned.ts';
import { findSubject, schoolsNamed } from '../../postgres/views/search-subjects.ts';
import { deploymentsColumns, exampleDeploymentsFile, MOST_DEPLOYMENTS_IN_FILE } from '../../register/read-deployments-file.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import type { ChangeField } from '../changes/change-form.ts';
import { fieldInputs } from '../changes/change-view.ts';
import { readChange } from '../changes/read-change.ts';
import { exampleDay } from '../shared/example-day.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { takesUpload, uploadedText } from '../shared/uploaded-file.ts';
import { keyOfForm } from '../shared/once.ts';
import { urls } from '../shared/urls.ts';
import { manyDeskOf } from './many-desk.ts';
import { AT_ONCE_MS } from './routes.ts';

const send = staffPages('start');

const STARTS = { config: { access: 'start-deployment' } } as const;
const UPLOADS = {
  ...STARTS,
  ...takesUpload(['Nothing is imported.', 'Go back and send a shorter file: 2,000 deployments can be imported in one go.']),
} as const;

/** A promise, and with it the day for deciding, may lie no further ahead. */
const LONGEST_TO_DECIDE = 60;

/** Importing deployments that are under way elsewhere from a file: each row is looked at first, and then confirmed. */
export function registerUnderWayRoutes(app: FastifyInstance, services: Services): void {
  const { db } = services;

  app.get('/many/under-way', STARTS, async (request, reply) => formPage(reply, signedIn(request), request.query as FormBody, []));

  app.get<{ Params: { programme: string } }>('/many/under-way/:programme', STARTS, async (request, reply) => {
    const programme = await programmeOnOffer(db, request.params.programme);
    if (!programme.ok) return reply.callNotFound();
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="deployments-${programme.value.id}.csv"`)
      .send(exampleDeploymentsFile(programme.value, londonDate(nowMs())));
  });

  app.post<{ Body: FormBody | null }>('/many/under-way', UPLOADS, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const programme = await programmeOnOffer(db, typed(body, 'programme'));
    const today = londonDate(nowMs());
    const fields = fieldsOn(today);
    const read = await readChange(db, fields, body);
    const problems: FormProblem[] = programme.ok ? [] : [{ id: 'programme', text: 'Select the programme' }];
    const file = request.uploadedFile;
    const text = file === null ? null : uploadedText(file);
    if (text === null) problems.push({ id: 'file', text: 'Select a CSV file' });
    else if (!text.ok) problems.push({ id: 'file', text: wordsOf(text.reason) });
    problems.push(...read.problems);
    const decideBy = parsePlainDate(read.said('decideBy')) ?? today;
    if (decideBy < today || decideBy > addDays(today, LONGEST_TO_DECIDE)) {
      const last = longDateWithWeekday(addDays(today, LONGEST_TO_DECIDE));
      problems.push({ id: 'decideBy-day', text: `The day for deciding must be from today to ${last}` });
    }
    if (!programme.ok || text === null || !text.ok || problems.length > 0) return formPage(reply.status(400), user, body, problems);

    const lines = await readUnderWay(db, programme.value, text.value, { by: user.person, decideBy });
    if (!lines.ok) return formPage(reply.status(400), user, body, [{ id: 'file', text: wordsOf(lines.reason) }]);
    await keepProgramme(db, programme.value);
    const id = keyOfForm(typed(body, 'onceAs'));
    await makeJob(
      db,
      {
        id,
        kind: 'take-in',
        by: user.person,
        said: { decideBy },
        words: [
          { label: 'Programme', value: `${programme.value.title}, version ${programme.value.version}` },
          { label: 'File', value: file?.name.slice(0, 200) ?? '' },
          ...read.lines,
        ],
        programme: programme.value.id,
        programmeVersion: programme.value.version,
      },
      await linesFrom(user, lines.value),
    );
    await workMany(manyDeskOf(services), { job: id, forMs: AT_ONCE_MS });
    return reply.redirect(urls.manyJob(id), 303);
  });

  /** The lines of the job: what has a mistake, or is of a school or trust that somebody may not start, says so at once; the rest is looked at. */
  async function linesFrom(user: User, lines: readonly UnderWayLine[]): Promise<readonly NewLine[]> {
    const scope = scopeCondition(user, 1, 'start-deployment');
    const urns = lines.flatMap(({ subject }) => (subject?.kind === 'school' ? [subject.urn] : []));
    const schools = new Map((await schoolsNamed(db, scope, urns)).map(({ urn, name }) => [urn, name]));
    const trusts = new Map<string, string>();
    for (const { subject } of lines) {
      if (subject?.kind !== 'trust') continue;
      const found = await findSubject(db, scope, subject);
      if (found !== undefined) trusts.set(subject.trust, found.name);
    }
    return lines.map(({ line, subject, target, facts, underWay, fault }): NewLine => {
      const trust = subject?.kind === 'trust';
      const name = trust ? trusts.get(target) : schools.get(target);
      const unknown =
        subject !== null && name === undefined
          ? `Line ${line}, column “${trust ? 'Trust' : 'URN'}”: no ${trust ? 'trust' : 'school'} of the places you look after has this number. Check it, or ask an administrator to bring the register up to date.`
          : null;
      const outcome = fault ?? unknown;
      return {
        target: target === '' ? '–' : target.slice(0, 40),
        name: name ?? '',
        given: {
          kind: trust ? 'trust' : 'school',
          facts,
          ...(underWay === null ? {} : { underWay: { line, ...underWay } }),
        },
        state: outcome === null ? 'to-check' : 'not-possible',
        outcome,
      };
    });
  }

  async function formPage(reply: FastifyReply, user: User, body: FormBody, problems: readonly FormProblem[]): Promise<FastifyReply> {
    const programmes = await programmesOnOffer(db);
    const chosen = programmes.find(({ id }) => id === typed(body, 'programme')) ?? null;
    return send(reply, user, 'many/under-way', {
      title: 'Import deployments that are under way',
      programmes: programmes.map(({ id, title }) => ({ value: id, text: title, checked: id === chosen?.id })),
      examples: programmes.map(({ id, title }) => ({
        title,
        href: urls.manyUnderWayFile(id),
        columnsHref: `${urls.manyUnderWay()}?programme=${encodeURIComponent(id)}#columns`,
      })),
      columns: chosen === null ? null : { title: chosen.title, rows: columnsOf(chosen) },
      most: MOST_DEPLOYMENTS_IN_FILE.toLocaleString('en-GB'),
      decideBy: fieldInputs(fieldsOn(londonDate(nowMs())), body, problems),
      errors: problems.map(({ id, text }) => ({ text: remedyOnPage(text), href: `#${id}` })),
      faults: Object.fromEntries(problems.map(({ id, text }) => [id, { text: remedyOnPage(text) }])),
      onceAs: randomUUID(),
      action: urls.manyUnderWay(),
      backHref: urls.startDeployment(),
    });
  }
}

function columnsOf(programme: Programme) {
  return deploymentsColumns(programme).map(({ heading, hint }) => ({ heading, hint }));
}

function fieldsOn(today: PlainDate): readonly ChangeField[] {
  return [
    {
      kind: 'date',
      id: 'decideBy',
      label: 'By which day should coordinators decide about what would have been escalated before?',
      hint: `Such escalations are not sent. Each is on the Today page of its coordinator, who can act until this day. After that it comes back to them, and is escalated if they do nothing. For example, ${exampleDay(today)}.`,
      missing: 'Enter the day by which coordinators decide',
      initially: decideByFrom(today),
    },
  ];
}

function wordsOf({ message, remedy }: { readonly message: string; readonly remedy: string }): string {
  return `${message} ${remedy}`.trim();
}
