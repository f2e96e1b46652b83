/** Who opens pages and answers while the morning of bench/scale.ts runs. */
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerStep } from '../desk/answer-step.ts';
import { signedInAs } from '../tests/web/guarded-app.ts';
import { servicesOf } from '../tests/web/staff-app.ts';
import { COORDINATOR, LEAD } from './scale-world.ts';

/** Between two answers. */
const ANSWER_EVERY_MS = 250;
/** Between two pages: two a second are 200 coordinators of whom each opens one in a hundred seconds. */
const PAGE_EVERY_MS = 500;
/** The pages of a lead come in every tenth round. */
const ROUNDS_OF_COORDINATORS = 10;

type Page = { readonly name: string; readonly path: string; readonly cookie: string };

/** What a coordinator of one authority and the lead of a region open, from the web service on a port of this machine. */
export type Visits = {
  /** Opens each page a few times, so that its queries have settled on their plans. */
  readonly warmUp: () => Promise<void>;
  /** Opens Today once, as the coordinator. */
  readonly today: () => Promise<void>;
  /** Opens one page after the other until told to stop. Answers how long each took, in milliseconds, by name. */
  readonly until: (stopped: () => boolean) => Promise<ReadonlyMap<string, readonly number[]>>;
};

export async function openVisits(db: pg.Pool, webPort: number): Promise<Visits> {
  const coordinator = await cookieOf(db, COORDINATOR);
  const lead = await cookieOf(db, LEAD);
  const today: Page = { name: 'Today', path: '/', cookie: coordinator };
  const pages: readonly Page[] = [
    today,
    { name: 'Deployments', path: '/deployments', cookie: coordinator },
    { name: 'A deployment', path: `/deployments/${await deploymentOfCoordinator(db)}`, cookie: coordinator },
    { name: 'The page of an answer', path: await answerLink(db), cookie: '' },
  ];
  const pagesOfLead: readonly Page[] = [
    { name: 'Today of a region', path: '/', cookie: lead },
    { name: 'Deployments of a region', path: '/deployments', cookie: lead },
  ];
  let asked = 0;
  /** Each time from another address, as many people would: one address may ask for so many links a minute and no more. */
  const ask = async ({ path, cookie }: Page): Promise<number> => {
    const from = performance.now();
    asked += 1;
    const address = `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`;
    const response = await fetch(`http://127.0.0.1:${webPort}${path}`, {
      headers: { cookie, 'x-forwarded-for': address },
      redirect: 'manual',
    });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${body.slice(0, 300)}`);
    return performance.now() - from;
  };
  return {
    async warmUp() {
      for (const page of [...pages, ...pagesOfLead]) for (let nth = 0; nth < 6; nth += 1) await ask(page);
    },
    async today() {
      await ask(today);
    },
    async until(stopped) {
      const tookMs = new Map<string, number[]>([...pages, ...pagesOfLead].map(({ name }) => [name, []]));
      for (let round = 1; !stopped(); round += 1) {
        for (const page of round % ROUNDS_OF_COORDINATORS === 0 ? [...pages, ...pagesOfLead] : pages) {
          tookMs.get(page.name)?.push(await ask(page));
          await sleep(PAGE_EVERY_MS);
        }
      }
      return tookMs;
    },
  };
}

const ANSWERS: Readonly<Record<string, string>> = {
  'contact-school': 'contacted',
  'confirm-participation': 'accepts',
  'contact-school-about-match': 'contacted',
  'confirm-system-leader': 'agrees',
};

/**
 * Gives one answer after the other that needs no form, to open steps of deployments that are not among the waking, until told to stop. Answers how long each took until
 * it had counted, in milliseconds, and why others were refused.
 */
export async function answerUntil(
  { db, client }: { readonly db: pg.Pool; readonly client: Client },
  waking: readonly string[],
  stopped: () => boolean,
): Promise<{ readonly tookMs: readonly number[]; readonly refused: readonly string[] }> {
  const tookMs: number[] = [];
  const refused: string[] = [];
  const { rows: open } = await db.query<{ reference: string; step: string }>(
    `SELECT reference, step FROM steps WHERE state = 'open' AND step = ANY ($1) AND reference <> ALL ($2) ORDER BY reference`,
    [Object.keys(ANSWERS), waking],
  );
  for (const { reference, step } of open) {
    if (stopped()) break;
    const from = performance.now();
    const counted = await answerStep({ db, client }, { reference, step, answer: ANSWERS[step] ?? '', via: 'link', fields: {} });
    if (counted.ok) tookMs.push(performance.now() - from);
    else refused.push(counted.reason.message);
    await sleep(ANSWER_EVERY_MS);
  }
  return { tookMs, refused };
}

async function cookieOf(db: pg.Pool, person: string): Promise<string> {
  const { cookies } = await signedInAs(db, person);
  return Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}

async function deploymentOfCoordinator(db: pg.Pool): Promise<string> {
  const { rows: found } = await db.query<{ reference: string }>(
    `SELECT d.reference FROM deployments d JOIN schools s ON s.urn = d.urn JOIN area_authorities USING (authority)
     ORDER BY d.began_at, d.reference LIMIT 1`,
  );
  return found[0]?.reference ?? '';
}

/** The link of somebody who is asked something, as a letter would hold it. */
async function answerLink(db: pg.Pool): Promise<string> {
  const { links } = servicesOf(db);
  const { rows: found } = await db.query<{ reference: string; step: string; round: number; role: string; person: string }>(
    `SELECT s.reference, s.step, s.round, held.role, held.person FROM steps s JOIN deployment_parties held
       ON held.reference = s.reference AND held.role = s.owner AND held.until IS NULL
     WHERE s.state = 'open' ORDER BY s.reference DESC, s.step LIMIT 1`,
  );
  const [asked] = found;
  if (asked === undefined) throw new Error('Nobody is asked anything.');
  const token = links.tokenFor(asked, 1);
  await db.query('INSERT INTO answer_links (hash, reference, step, round, role, person) VALUES ($1, $2, $3, $4, $5, $6)', [
    links.hashOf(token),
    ...[asked.reference, asked.step, asked.round, asked.role, asked.person],
  ]);
  return `/a/${token}`;
}
