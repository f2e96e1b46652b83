import type { FastifyInstance, FastifyReply } from 'fastify';
import { programmesOnOffer } from '../../desk/programmes-on-offer.ts';
import { leftWords } from '../../domain/matching/governance-places.ts';
import { listGovernancePlaces, setGovernancePlaces } from '../../postgres/views/governance-places.ts';
import { REGIONS } from '../../register/regions.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeOf } from '../shared/scope.ts';
import type { Services } from '../shared/services.ts';
import { signedIn } from '../shared/signed-in.ts';
import { urls } from '../shared/urls.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('region');

const MOST_PLACES = 10_000;
const LONGEST_REASON = 500;

type Asks = { Querystring: FormBody; Body: FormBody | null };
type Shown = { readonly body?: FormBody; readonly problems?: readonly FormProblem[]; readonly done?: boolean };

/** The places for National Leaders of Governance of each region: how many there are, used and left. An administrator enters how many. */
export function registerGovernancePlacesRoutes(app: FastifyInstance, { db }: Services): void {
  app.get<Asks>(urls.governancePlaces(), { config: { access: 'see-region' } }, async (request, reply) =>
    page(reply, signedIn(request), { done: typed(request.query, 'done') === 'yes' }),
  );

  app.post<Asks>(urls.governancePlaces(), { config: { access: 'set-governance-places' } }, async (request, reply) => {
    const user = signedIn(request);
    const body = request.body ?? {};
    const [programme, region, because, said] = ['programme', 'region', 'because', 'places'].map((name) => typed(body, name)) as [
      string,
      string,
      string,
      string,
    ];
    const places = Number(said);
    const problems: FormProblem[] = [
      ...((await programmes()).some(({ id }) => id === programme) ? [] : [{ id: 'programme', text: 'Select the programme' }]),
      ...(REGIONS.some((one) => one === region) ? [] : [{ id: 'region', text: 'Select the region' }]),
      ...(said !== '' && Number.isInteger(places) && places >= 0 && places <= MOST_PLACES
        ? []
        : [{ id: 'places', text: `Enter how many places there are, from 0 to ${MOST_PLACES}` }]),
      ...(because === '' ? [{ id: 'because', text: 'Enter where the number comes from' }] : []),
      ...(because.length > LONGEST_REASON ? [{ id: 'because', text: `Use ${LONGEST_REASON} characters or fewer` }] : []),
    ];
    if (problems.length > 0) return page(reply.status(400), user, { body, problems });
    await setGovernancePlaces(db, { programme, region, places, because, by: user.person });
    return reply.redirect(`${urls.governancePlaces()}?done=yes`, 303);
  });

  /** Those in which a National Leader of Governance can be agreed to. */
  async function programmes() {
    return (await programmesOnOffer(db)).filter(({ steps }) => steps['governance-review'] !== undefined);
  }

  async function page(reply: FastifyReply, user: User, { body = {}, problems = [], done = false }: Shown): Promise<FastifyReply> {
    const { all, regions } = scopeOf(user, 'see-region');
    const known = await programmesOnOffer(db);
    const lines = (await listGovernancePlaces(db)).filter(({ region }) => all || regions.includes(region));
    const errorOf = (id: string) => problems.find((problem) => problem.id === id)?.text;
    return send(reply, user, 'governance-places/index', {
      title: 'Places for National Leaders of Governance',
      told: done ? 'The number of places is changed.' : null,
      lines: lines.map((line) => ({
        ...line,
        region: line.region === '' ? 'Region not known' : line.region,
        programme: known.find(({ id }) => id === line.programme)?.title ?? line.programme,
        left: leftWords(line),
      })),
      maySet: may(user, 'set-governance-places'),
      programmes: choices(
        (await programmes()).map(({ id, title }) => [id, title]),
        typed(body, 'programme'),
      ),
      regions: choices(
        REGIONS.map((region) => [region, region]),
        typed(body, 'region'),
      ),
      places: typed(body, 'places'),
      because: typed(body, 'because'),
      programmeError: errorOf('programme'),
      regionError: errorOf('region'),
      placesError: errorOf('places'),
      becauseError: errorOf('because'),
      errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
      action: urls.governancePlaces(),
      backHref: urls.region(),
    });
  }
}

function choices(values: readonly (readonly [string, string])[], chosen: string) {
  return [
    { value: '', text: 'Choose one', selected: chosen === '' },
    ...values.map(([value, text]) => ({ value, text, selected: value === chosen })),
  ];
}
