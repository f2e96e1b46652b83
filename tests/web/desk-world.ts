import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type pg from 'pg';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerCallRoutes } from '../../web/today/call-routes.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import type { Services } from '../../web/shared/services.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { guardedApp, signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

/** A world with staff who may sign in, and the pages at which they work. */
export type DeskWorld = {
  readonly world: World;
  readonly db: pg.Pool;
  readonly app: FastifyInstance;
  as(person: string): Promise<Desk>;
  end(): Promise<void>;
};

/** The pages as one person sees them. */
export type Desk = {
  readonly cookies: Record<string, string>;
  get(url: string): Promise<{ readonly status: number; readonly text: string }>;
  post(url: string, form: Record<string, string>): Promise<{ readonly status: number; readonly text: string; readonly location: string }>;
};

/** Cora coordinates Testshire, Otto another area; Rosa is of the regional team, Rita reads everything. */
export async function openDeskWorld(): Promise<DeskWorld> {
  const world = await openWorld();
  const { db } = world;
  await insertStaff(db);
  // A browser may look at it, which keeps cookies over http only under their plain names.
  const services = { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), secure: false };
  const app = await guardedApp(services, registerTodayRoutes, registerCallRoutes, registerDeploymentRoutes);
  return {
    world,
    db,
    app,
    as: (person) => deskOf(db, app, person, services),
    async end() {
      await app.close();
      await world.end();
    },
  };
}

/** One person's desk in an app. */
export async function deskOf(db: pg.Pool, app: FastifyInstance, person: string, over?: Pick<Services, 'secure'>): Promise<Desk> {
  const { cookies, csrf } = await signedInAs(db, person, over);
  return {
    cookies,
    async get(url) {
      const { statusCode, body } = await app.inject({ method: 'GET', url, cookies });
      return { status: statusCode, text: textOf(body) };
    },
    async post(url, form) {
      const { statusCode, body, headers } = await app.inject({
        method: 'POST',
        url,
        cookies,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ csrf, ...form }).toString(),
      });
      return { status: statusCode, text: textOf(body), location: String(headers.location ?? '') };
    },
  };
}

/** A page's text with every run of white space as one blank. */
function textOf(body: string): string {
  return body.replaceAll(/\s+/g, ' ');
}

/** One section of Today, from its heading to the next. */
export function section(text: string, id: string): string {
  const begins = text.indexOf(`<section aria-labelledby="${id}">`);
  assert.notEqual(begins, -1, `there is no section ${id}`);
  return text.slice(begins, text.indexOf('</section>', begins));
}

/** Begins a deployment whose school stays silent, and moves its clock on. */
export async function silentSchool(world: World, until: string): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30');
  await world.postIsDone();
  await world.answer(reference, 'contact-school', 'contacted');
  await world.postIsDone();
  await world.forwardTo(reference, until);
  await world.postIsDone();
  return reference;
}

export async function insertStaff(db: pg.Pool): Promise<void> {
  await db.query(
    `INSERT INTO people (id, name, email, imported_at) VALUES
       ('otto', 'Otto Other', 'otto@delivery.example', now()), ('rita', 'Rita Reader', 'rita@department.example', now())`,
  );
  await db.query(
    "INSERT INTO areas (id, name, region) VALUES ('testshire', 'Testshire', 'North West'), ('elsewhere', 'Elsewhere', 'North West')",
  );
  await db.query("INSERT INTO area_authorities (area, authority) VALUES ('testshire', '990'), ('elsewhere', '991')");
  await db.query(
    `INSERT INTO person_roles (person, role, region, area) VALUES
       ('coordinator', 'rdp', 'North West', 'testshire'), ('otto', 'rdp', 'North West', 'elsewhere'),
       ('region', 'regional-team', 'North West', ''), ('rita', 'read-only', '', '')`,
  );
}
