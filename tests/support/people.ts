import type pg from 'pg';
import type { Parties } from '../../domain/chronology/events.ts';

/** All the people of the tests on the server, by contact id. */
export const PEOPLE = {
  region: { name: 'Rosa Region', email: 'rosa@regional-team.example', telephone: '0161 496 0001' },
  senior: { name: 'Simon Senior', email: 'simon@regional-team.example', telephone: '0161 496 0002' },
  coordinator: { name: 'Cora Coordinator', email: 'cora@delivery.example', telephone: '01632 960001' },
  'leader-busy': { name: 'Bea Busy', email: 'bea@busy-trust.example', telephone: '01632 960002' },
  leader: { name: 'Lena Leader', email: 'lena@strong-trust.example', telephone: '01632 960003' },
  head: { name: 'Harry Head', email: 'head@hillside.example', telephone: '01632 960004' },
  authority: { name: 'Ada Authority', email: 'ada@testshire.example', telephone: null },
  diocese: { name: 'Dina Diocese', email: 'dina@diocese.example', telephone: null },
} as const;

export const PARTIES: Parties = {
  'regional-team': ['region'],
  'regional-senior': ['senior'],
  rdp: ['coordinator'],
  school: ['head'],
  'local-authority': ['authority'],
  diocese: ['diocese'],
};

export const URN = '990901';

/** Puts the people and their one school into a database. */
export async function insertPeople(db: pg.Pool): Promise<void> {
  await db.query("INSERT INTO local_authorities (code, name, region) VALUES ('990', 'Testshire', 'North West')");
  await db.query(
    `INSERT INTO schools (urn, name, authority, status, region, imported_at)
     VALUES ($1, 'Hillside Church of England Primary School', '990', 'Open', 'North West', now())`,
    [URN],
  );
  const people = Object.entries(PEOPLE);
  await db.query(
    `INSERT INTO people (id, name, email, telephone, imported_at)
     SELECT id, name, email, telephone, now() FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS person (id, name, email, telephone)`,
    [
      people.map(([id]) => id),
      people.map(([, { name }]) => name),
      people.map(([, { email }]) => email),
      people.map(([, { telephone }]) => telephone),
    ],
  );
}
