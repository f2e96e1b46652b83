import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { londonDate } from '../../domain/time/london.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { listVersions } from '../../postgres/pinned/programme-versions.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { programmeOnOffer } from '../../desk/programmes-on-offer.ts';
import { formView, readRehearsalForm } from './rehearsal-form.ts';
import { sendNotDone } from './not-done.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('programmes');

/** The version on offer, whichever number it has. */
const FILE = 'file';

const word = z.string().max(20).catch('');
const CHOICE = z.object({ before: word, after: word }).catch({ before: '', after: '' });

/** Two versions of a programme side by side: their texts, and the dates when everyone is on time. */
export function registerCompareRoutes(app: FastifyInstance, { db, rehearsals }: Services): void {
  app.get<{ Params: { id: string } }>('/programmes/:id/compare', { config: { access: 'see-programmes' } }, async (request, reply) => {
    const { id } = request.params;
    const loaded = await programmeOnOffer(db, id);
    if (!loaded.ok) return reply.callNotFound();
    const kept = (await listVersions(db, id)).filter(({ version }) => version !== loaded.value.version);
    const shipped = loadProgramme(id);
    const others = new Map<string, () => Promise<Programme>>(
      kept.map(({ version }) => [String(version), () => readProgramme(db, id, version)]),
    );
    // The one that comes with Chaser is there to compare even where no deployment ever began with it.
    if (shipped.ok && shipped.value.version !== loaded.value.version && !others.has(String(shipped.value.version))) {
      others.set(String(shipped.value.version), () => Promise.resolve(shipped.value));
    }
    const versions = [...others.keys()].map(Number).toSorted((a, b) => b - a);
    const choice = CHOICE.parse(request.query);
    const before = choice.before === '' ? String(versions[0] ?? FILE) : choice.before;
    const after = choice.after === '' ? FILE : choice.after;
    const versionOf = async (version: string): Promise<Programme | undefined> =>
      version === FILE || version === String(loaded.value.version) ? loaded.value : others.get(version)?.();
    const [old, young] = [await versionOf(before), await versionOf(after)];
    if (old === undefined || young === undefined) return reply.callNotFound();
    const options = [
      { value: FILE, text: `On offer: version ${loaded.value.version}` },
      ...versions.map((version) => ({
        value: String(version),
        text: `Version ${version}, ${kept.some((one) => one.version === version && one.publishedBy !== null) ? 'as it was published' : 'as it came with Chaser'}`,
      })),
    ];
    const chosen = (version: string) => (version === String(loaded.value.version) ? FILE : version);
    const book = await readCalendarBook(db);
    const { start, authority } = readRehearsalForm(request.query);
    const compared = await rehearsals.ask(signedIn(request).person, 'compare', {
      before: old,
      after: young,
      // As the form shows it: before anything is chosen, the first of those that stand in.
      authority: authority === '' && start === '' ? (young.assumedTermCalendars[0] ?? '') : authority,
      startsOn: parsePlainDate(start) ?? londonDate(nowMs()),
      book,
    });
    if (!compared.ok) return sendNotDone(request, reply, compared.reason);
    const { rows, differences } = compared.value;
    return send(reply, signedIn(request), 'rehearse/compare', {
      title: `Compare versions of ${loaded.value.title}`,
      programmeHref: urls.programme(id),
      action: `${urls.programme(id)}/compare`,
      alone: versions.length === 0,
      beforeOptions: options.map((option) => ({ ...option, selected: option.value === chosen(before) })),
      afterOptions: options.map((option) => ({ ...option, selected: option.value === chosen(after) })),
      form: formView(loaded.value, readRehearsalForm(request.query), book),
      differences,
      rows,
      moved: rows.filter(({ moved }) => moved).length,
    });
  });
}
