import type { FastifyInstance } from 'fastify';
import { nowInstant } from '../../postgres/sandbox/clock.ts';
import { latenessOf } from '../../domain/chronology/lateness.ts';
import type { Db } from '../../postgres/database.ts';
import { readCalendar, readProgramme } from '../../postgres/pinned/pinned.ts';
import { countRegion, listRegions, worstLate } from '../../postgres/views/overview.ts';
import type { WorstDeployment } from '../../postgres/views/overview.ts';
import { conditionOf } from '../../postgres/access/scope.ts';
import { scopeOf } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('region');

const REFRESH_SECONDS = 60;
const WORST = 5;

type Asked = { Querystring: { readonly region?: unknown; readonly refresh?: unknown } };

/**
 * A region in big type, for a screen on the wall of its team: counts, and the five deployments that are late longest. The response
 * tells the browser to come back every minute, by the header `Refresh`; a link on the page stops that (WCAG 2.2.1).
 */
export function registerWallboardRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<Asked>('/region/wallboard', { config: { access: 'see-region' } }, async (request, reply) => {
    const user = signedIn(request);
    const seen = scopeOf(user, 'see-region');
    const regions = seen.all ? await listRegions(db) : seen.regions;
    const asked = typeof request.query.region === 'string' ? request.query.region : '';
    const chosen = regions.includes(asked) ? asked : null;
    const refresh = request.query.refresh !== 'no';
    const inScope = conditionOf(chosen === null ? seen : { all: false, regions: [chosen], areas: [] }, 1);
    const [counts, worst] = await Promise.all([countRegion(db, inScope), worstLate(db, inScope, WORST)]);
    const href = (region: string | null, goes: boolean) => {
      const query = new URLSearchParams({ ...(region === null ? {} : { region }), ...(goes ? {} : { refresh: 'no' }) }).toString();
      return `${urls.wallboard()}${query === '' ? '' : `?${query}`}`;
    };
    if (refresh) reply.header('refresh', String(REFRESH_SECONDS));
    return send(reply, user, 'region/wallboard', {
      title: chosen ?? (seen.all || regions.length === 0 ? 'All regions' : regions.join(', ')),
      at: nowInstant(),
      refresh,
      stopHref: href(chosen, false),
      goHref: href(chosen, true),
      choices: (regions.length > 1 ? [null, ...regions] : []).map((region) => ({
        text: region ?? 'All',
        href: href(region, refresh),
        current: region === chosen,
      })),
      counts: [
        { text: 'Running', value: counts.running, alarms: false },
        { text: 'Late', value: counts.late, alarms: counts.late > 0 },
        { text: 'Escalations to take on', value: counts.escalations, alarms: counts.escalations > 0 },
        { text: 'Promises that have passed', value: counts.promisesPassed, alarms: counts.promisesPassed > 0 },
        { text: 'Calls to make', value: counts.calls, alarms: false },
        { text: 'Due this week', value: counts.dueThisWeek, alarms: false },
        { text: 'Paused', value: counts.paused, alarms: false },
      ],
      worst: await Promise.all(worst.map((line) => worstView(db, line))),
    });
  });
}

async function worstView(
  db: Db,
  { reference, subject, programme: id, version, calendarVersion, step, owner, dueOn, today }: WorstDeployment,
) {
  const programme = await readProgramme(db, id, version);
  return {
    href: urls.deployment(reference),
    subject,
    step: programme.steps[step]?.title ?? step,
    owner: programme.roles[owner]?.title ?? owner,
    late: latenessOf(programme, await readCalendar(db, calendarVersion), step, dueOn, today).words,
  };
}
