import type { FastifyInstance } from 'fastify';
import { longDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { leftWords } from '../../domain/matching/governance-places.ts';
import { capitalised } from '../../domain/words.ts';
import type { Db } from '../../postgres/database.ts';
import { readCalendar, readProgramme } from '../../postgres/pinned/pinned.ts';
import { listGovernancePlaces } from '../../postgres/views/governance-places.ts';
import { listEscalationsTo, listLateByCourt, listOpen, listRunningProgrammes } from '../../postgres/views/region.ts';
import type { ProgrammeStep, RegionStep } from '../../postgres/views/region.ts';
import { escalationTag, promiseWords } from '../escalation/tags.ts';
import { escalationUrl } from '../escalation/urls.ts';
import { latenessOf } from '../../domain/chronology/lateness.ts';
import { may } from '../shared/roles.ts';
import { scopeCondition, scopeOf } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { DUE_TAGS, WIDE } from '../shared/status-tags.ts';
import type { Tag } from '../shared/status-tags.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('region');

/** The roles of the Department's regional team. What is escalated to them is escalated to "us". */
const US = ['regional-team', 'regional-senior'];
const MOST_LINES = 200;
const OF_EACH_COURT = 25;

/** The page of a regional team: what was escalated to it, what is late by who is waited for, and what is to be approved. */
export function registerRegionRoutes(app: FastifyInstance, { db }: Services): void {
  app.get('/region', { config: { access: 'see-region' } }, async (request, reply) => {
    const { user } = request;
    if (user === null) throw new Error('Nobody is signed in.');
    const scope = scopeCondition(user, 1, 'see-region');
    const { all, regions } = scopeOf(user, 'see-region');
    const { ours, next } = approvalsOf(await readRunning(db));
    const [escalations, late, open, coming] = await Promise.all([
      listEscalationsTo(db, scope, US, MOST_LINES),
      listLateByCourt(db, scope, OF_EACH_COURT),
      listOpen(db, scope, ours, MOST_LINES),
      listOpen(db, scope, next, MOST_LINES),
    ]);
    const lines = (steps: readonly RegionStep[]) => Promise.all(steps.map((step) => lineOf(db, step)));
    const escalated = await lines(escalations);
    return send(reply, user, 'region/index', {
      title: all || regions.length === 0 ? 'Regions' : regions.join(', '),
      escalations: await Promise.all(
        escalations.map(async (escalation, at) => ({
          ...escalated[at],
          // That its clock stands still is said once, where the escalation stands.
          tag: escalation.stoppedSince === null ? (escalated[at]?.tag ?? null) : null,
          openedAt: escalation.openedAt,
          person: escalation.person,
          escalationHref: may(user, 'own-escalation') ? escalationUrl(escalation) : null,
          promise: promiseWords(escalation),
          standing: escalationTag(escalation, await readCalendar(db, escalation.calendarVersion), escalation.today),
        })),
      ),
      late: await Promise.all(
        late.map(async ({ owner, count, steps }) => {
          const shown = await lines(steps);
          return { owner, title: shown[0]?.owner ?? owner, count, lines: shown, more: count - shown.length };
        }),
      ),
      open: await lines(open),
      coming: await lines(coming),
      usedUp: (await listGovernancePlaces(db))
        .filter((line) => (all || regions.includes(line.region)) && leftWords(line).warns)
        .map(({ programme, region }) => ({ programme, region })),
      placesHref: urls.governancePlaces(),
      most: MOST_LINES,
      wallboardHref: urls.wallboard(),
      lateHref: `${urls.deployments()}?late=yes&sort=late`,
    });
  });
}

async function readRunning(db: Db): Promise<readonly Programme[]> {
  return Promise.all((await listRunningProgrammes(db)).map(({ id, version }) => readProgramme(db, id, version)));
}

/** The steps that the regional team owns, and the steps of others whose answer opens one of those. */
function approvalsOf(programmes: readonly Programme[]): {
  readonly ours: readonly ProgrammeStep[];
  readonly next: readonly ProgrammeStep[];
} {
  const ours: ProgrammeStep[] = [];
  const next: ProgrammeStep[] = [];
  for (const { id: programme, version, steps } of programmes) {
    const isOurs = (id: string) => US.includes(steps[id]?.owner ?? '');
    for (const step of Object.values(steps)) {
      if (isOurs(step.id)) ours.push({ programme, version, step: step.id });
      else if (step.answers.some(({ opens }) => opens.some(isOurs))) next.push({ programme, version, step: step.id });
    }
  }
  return { ours, next };
}

async function lineOf(db: Db, step: RegionStep) {
  const programme = await readProgramme(db, step.programme, step.programmeVersion);
  const known = programme.steps[step.step];
  const owner = programme.roles[step.owner]?.title ?? step.owner;
  return {
    reference: step.reference,
    href: urls.deployment(step.reference),
    subject: step.subject,
    region: step.region,
    step: known?.title ?? step.step,
    round: step.round,
    owner: capitalised(owner),
    dueOn: step.dueOn,
    tag: await tagOf(db, programme, step),
  };
}

/** Says that the step's clock is stopped, or how late it is. Null for what is in time. */
async function tagOf(db: Db, programme: Programme, { step, dueOn, today, stoppedSince, calendarVersion }: RegionStep): Promise<Tag | null> {
  if (stoppedSince !== null) return { classes: `${DUE_TAGS.stopped.classes} ${WIDE}`, text: `Paused since ${longDate(stoppedSince)}` };
  if (dueOn >= today || programme.steps[step]?.optional === true) return null;
  return {
    classes: `${DUE_TAGS.late.classes} ${WIDE}`,
    text: latenessOf(programme, await readCalendar(db, calendarVersion), step, dueOn, today).words,
  };
}
