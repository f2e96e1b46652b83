import type { FastifyInstance } from 'fastify';
import { SILENCE_DAYS } from '../../domain/chasing/call-help.ts';
import type { ForecastStep, TermRisk } from '../../domain/chasing/forecast.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { londonDate } from '../../domain/time/london.ts';
import { ageWords } from '../../letters/forecast-words.ts';
import type { Db } from '../../postgres/database.ts';
import { deploymentsAhead } from '../../postgres/views/ahead.ts';
import { findDeploymentHead } from '../../postgres/views/deployment-page.ts';
import { readForecast } from '../../postgres/views/forecasts.ts';
import type { KeptForecast } from '../../postgres/views/forecasts.ts';
import { answerTimesOf } from '../../postgres/views/timeliness.ts';
import { FEWEST_REQUESTS } from '../../rehearsal/forecast.ts';
import { forecastToday } from '../../rehearsal/standing-forecast.ts';
import { canExist } from '../shared/desk-urls.ts';
import { scopeCondition } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';
import { urls } from '../shared/urls.ts';

const send = staffPages('deployments');

/** When a deployment will be over if those who take part answer as they did before, and which answer would help most. */
export function registerForecastRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<{ Params: { reference: string } }>(
    '/deployments/:reference/forecast',
    { config: { access: 'see-deployments' } },
    async (request, reply) => {
      const user = signedIn(request);
      const { reference } = request.params;
      if (!canExist(request.params)) return reply.callNotFound();
      const head = await findDeploymentHead(db, reference, scopeCondition(user, 2));
      if (head === undefined) return reply.callNotFound();
      const known = head.status === 'running' ? ((await readForecast(db, reference)) ?? (await workedOutNow(db, reference))) : null;
      const data = { title: `Forecast for ${reference}`, reference, subject: head.subject, deploymentHref: urls.deployment(reference) };
      if (known === null) return send(reply, user, 'deployment/forecast', { ...data, forecast: null, trouble: false });
      const age = ageWords({ asOf: known.asOf, movedOn: false });
      if ('trouble' in known) return send(reply, user, 'deployment/forecast', { ...data, forecast: null, trouble: true, age });
      const { ends, steps, term } = known.whole;
      return send(reply, user, 'deployment/forecast', {
        ...data,
        age,
        fewest: FEWEST_REQUESTS,
        silenceDays: SILENCE_DAYS,
        forecast: {
          ends,
          term: termShown(term),
          open: steps
            .filter(({ open }) => open)
            .toSorted(byHelp)
            .map((step) => openRow(step)),
          steps: steps.map((step) => [step.title, longDate(step.dueOn), whenWords(step.usualOn, step), whenWords(step.slowOn, step)]),
          byProgramme: [...new Set(steps.filter(({ from }) => from === 'programme').map(({ title }) => title))],
        },
      });
    },
  );
}

/** What nobody has worked out yet since something happened, or on this day. Null for a deployment that has ended meanwhile. */
async function workedOutNow(db: Db, reference: string): Promise<KeptForecast | null> {
  const [moment] = await deploymentsAhead(db, { sql: 'd.reference = $1', values: [reference] });
  if (moment === undefined) return null;
  const times = await answerTimesOf(db, moment.chronology.programme.id, londonDate(moment.nowMs));
  try {
    const { asOfMs, whole } = forecastToday(moment, times);
    return { asOf: new Date(asOfMs).toISOString(), whole };
  } catch (error) {
    return { asOf: new Date(moment.nowMs).toISOString(), trouble: error instanceof Error ? error.message : String(error) };
  }
}

/** The answer that brings the end forward most comes first, then the one that is most likely to be missing. */
function byHelp(one: ForecastStep, other: ForecastStep): number {
  return (other.gain ?? 0) - (one.gain ?? 0) || (other.silence ?? 0) - (one.silence ?? 0);
}

/** How likely the ends of terms are missed, with how many plays that is a part of; null where none lies ahead. */
function termShown(risk: TermRisk | null) {
  if (risk === null) return null;
  return {
    ...risk,
    percent: percent(risk.missed, risk.plays),
    rows: risk.steps.map(({ title, dueOn, missed, plays }) => [
      title,
      longDate(dueOn),
      `${percent(missed, plays)} (${missed} of ${plays})`,
    ]),
  };
}

function percent(part: number, of: number): string {
  return `${Math.round((part / of) * 100)}%`;
}

function openRow({ title, silence, gain }: ForecastStep): readonly string[] {
  const days = gain === null ? 'Not known' : gain === 0 ? 'No earlier' : `${gain} ${gain === 1 ? 'day' : 'days'} earlier`;
  return [title, silence === null ? 'Not known' : `${Math.round(silence * 100)}%`, days];
}

function whenWords(on: PlainDate | null, { dueOn }: ForecastStep): string {
  if (on === null) return 'Not known';
  return on > dueOn ? `${longDate(on)} (late)` : longDate(on);
}
