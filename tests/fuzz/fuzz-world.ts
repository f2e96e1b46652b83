import { createHash, randomUUID } from 'node:crypto';
import { readIncoming } from '../../inbox/read-incoming.ts';
import { keepIncoming } from '../../postgres/desk/keep-incoming.ts';
import { STAFF_ROLES } from '../../postgres/access/staff-roles.ts';
import type { StaffRole } from '../../postgres/access/staff-roles.ts';
import { common, email, HEAD, PLAIN } from '../kit/incoming/build.ts';
import { insertStaff, silentSchool } from '../web/desk-world.ts';
import { signedInAs } from '../web/guarded-app.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { formsOf, linksOf } from './forms.ts';
import type { Form } from './forms.ts';
import type { Ground } from './hostile-bodies.ts';
import { postRoutes } from './post-routes.ts';

/** Whoever sends: nobody, or somebody who is signed in, with their cookies and what stands in their forms. */
export type Sender = { readonly role: StaffRole | 'nobody'; readonly cookie: string; readonly csrf: string };

export type FuzzWorld = {
  readonly world: World;
  readonly senders: readonly Sender[];
  /** The same person, signed in anew: some of what is sent signs them out. */
  readonly again: (sender: Sender) => Promise<Sender>;
  readonly tokens: readonly string[];
  end(): Promise<void>;
};

export const NOBODY: Sender = { role: 'nobody', cookie: '', csrf: 'nothing' };

/** A Chaser with a running deployment, somebody in every role, and the links of two letters. */
export async function openFuzzWorld(): Promise<FuzzWorld> {
  const world = await openWorld();
  const { db } = world;
  await insertStaff(db);
  const senders: Sender[] = [NOBODY];
  for (const role of STAFF_ROLES) {
    const person = `fuzz-${role}`;
    await db.query("INSERT INTO people (id, name, email, imported_at) VALUES ($1::text, $1, $1 || '@staff.example', now())", [person]);
    await db.query('INSERT INTO person_roles (person, role, region, area) VALUES ($1, $2, $3, $4)', [
      person,
      role,
      role === 'administrator' || role === 'policy' ? '' : 'North West',
      role === 'rdp' ? 'testshire' : '',
    ]);
    senders.push(await signIn(role));
  }
  const late = await silentSchool(world, '2040-10-18 11:00');
  const fresh = await world.begin('2040-10-08 09:30');
  const raw = email({ ...common(`Harry Head <${HEAD}>`, 'Our plan', 'fuzz-1'), ...PLAIN }, 'Here is what we think.');
  await keepIncoming(db, await readIncoming(raw, Date.now()), { via: 'pipe' });
  const tokens = [await linkTo(late, 'confirm-participation', 'head'), await linkTo(fresh, 'contact-school', 'region')];
  return {
    world,
    senders,
    tokens,
    again: ({ role }) => (role === 'nobody' ? Promise.resolve(NOBODY) : signIn(role)),
    end: () => world.end(),
  };

  async function signIn(role: StaffRole): Promise<Sender> {
    const { cookies, csrf } = await signedInAs(db, `fuzz-${role}`, { secure: false });
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    return { role, cookie, csrf };
  }

  async function linkTo(reference: string, step: string, person: string): Promise<string> {
    const token = LINKS.tokenFor({ reference, step, round: 1, person }, 1);
    await db.query(
      'INSERT INTO answer_links (hash, reference, step, round, role, person) VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT DO NOTHING',
      [LINKS.hashOf(token), reference, step, 'any', person],
    );
    return token;
  }
}

const MOST_PAGES = 90;

/** What is there to be sent: every POST route, and every form that somebody is shown who follows the links of the pages. */
export async function readGround({ world, senders, tokens }: FuzzWorld, origin: string): Promise<Ground> {
  const forms = new Map<string, Form>();
  for (const { role, cookie } of senders.filter((one) => ['nobody', 'administrator', 'rdp'].includes(one.role))) {
    const starts = role === 'nobody' ? ['/sign-in', ...tokens.map((token) => `/a/${token}`)] : ['/', '/deployments', '/start', '/rehearse'];
    const queue = [...starts];
    const seen = new Set(queue);
    for (let asked = 0; queue.length > 0 && asked < MOST_PAGES; asked += 1) {
      const address = queue.shift() ?? '';
      const response = await fetch(`${origin}${address}`, {
        headers: { cookie, 'x-forwarded-for': `10.9.${asked}.1` },
        redirect: 'manual',
      });
      const html = await response.text();
      for (const form of formsOf(html)) {
        // Without the letters and figures that are other ones in every run.
        const key = `${form.action} ${form.fields.map(([name]) => name).join()}`;
        if (!forms.has(key)) forms.set(key, form);
      }
      // One page of a kind is enough; those with a query are the same page once more.
      for (const link of linksOf(html).map((href) => href.split('?')[0] ?? '')) {
        if (seen.has(link) || link.startsWith('/sign-out')) continue;
        seen.add(link);
        queue.push(link);
      }
    }
  }
  const column = async (sql: string) => (await world.db.query<{ one: string }>(sql)).rows.map(({ one }) => one);
  const references = await column('SELECT reference AS one FROM deployments ORDER BY began_at, reference');
  const kinds = [
    ...new Set([...forms.values()].flatMap(({ action }) => /\/(?:change|work)\/([\w-]+)$/.exec(action)?.[1] ?? [])),
  ].toSorted();
  return {
    routes: await postRoutes(world.db),
    forms: [...forms.values()],
    parts: {
      reference: references,
      step: await column('SELECT DISTINCT step AS one FROM steps ORDER BY 1'),
      round: ['1', '2'],
      rung: await column('SELECT DISTINCT rung AS one FROM call_tasks ORDER BY 1'),
      token: [...tokens, createHash('sha256').update('no such link').digest('base64url')],
      id: await column('SELECT id AS one FROM people UNION SELECT id::text FROM incoming ORDER BY 1'),
      kind: kinds.length === 0 ? ['stop'] : kinds,
      number: ['1', '2'],
      version: ['1', '2', '3'],
      wave: ['1', '2'],
      coding: ['1', '2'],
      interview: ['1', '2'],
      schedule: ['si-2019-20-engaged', 'si-2019-20-tsc', 'no-such-schedule'],
      section: ['background', 'role', 'no-such-section'],
      page: ['1', '2'],
      job: [...(await column('SELECT id::text AS one FROM many_jobs ORDER BY 1')), randomUUID()],
    },
  };
}
