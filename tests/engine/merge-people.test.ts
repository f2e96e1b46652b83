import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { deliverMerges } from '../../desk/deliver-merges.ts';
import { mergePeople } from '../../desk/merge-people.ts';
import type { MergeRequest } from '../../desk/merge-people.ts';
import { listMerges } from '../../postgres/access/merges.ts';
import { openSession } from '../../postgres/access/sessions.ts';
import { findKnownPerson } from '../../postgres/views/people.ts';
import { findPersonId } from '../../postgres/views/deployments.ts';
import { tracesOf } from '../../postgres/views/person-traces.ts';
import { importPeople } from '../../register/import-people.ts';
import { createApp } from '../../web/app.ts';
import type { FastifyInstance } from 'fastify';
import { csvOf, testFiles } from '../kit/files.ts';
import { PARTIES, PEOPLE } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf } from '../web/desk-world.ts';
import type { Desk } from '../web/desk-world.ts';
import { servicesOf } from '../web/staff-app.ts';

const MORNING = '2040-10-08 09:30';
const STAYS = { name: 'kept', email: 'kept', telephone: 'kept', jobTitle: 'kept' } as const;

describe('one head who was known under two addresses', () => {
  const files = testFiles();
  let world: World;
  let app: FastifyInstance;
  let alma: Desk;
  let asked = '';
  let shared = '';
  beforeAll(async () => {
    world = await openWorld();
    const { db } = world;
    await db.query(
      `INSERT INTO people (id, name, email, telephone, imported_at) VALUES
         ('alma', 'Alma Admin', 'alma@service.example', NULL, now()), ('twice', 'Henrietta Head', 'h.head@trust.example', '01632 960199', now())`,
    );
    await db.query("INSERT INTO person_roles (person, role, urn) VALUES ('alma', 'administrator', ''), ('twice', 'school', '990903')");
    const services = { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), links: LINKS };
    app = await createApp(services, { trustProxy: false });
    alma = await deskOf(db, app, 'alma');
    const programme = tsiProgrammeFrom('confirm-participation');
    asked = await world.begin(MORNING, { programme, parties: { ...PARTIES, school: ['twice'] } });
    shared = await world.begin(MORNING, { programme, parties: { ...PARTIES, school: ['head', 'twice'] } });
    await world.postIsDone();
    await db.query("INSERT INTO watches (person, reference) VALUES ('twice', $1), ('head', $1), ('twice', $2)", [asked, shared]);
    await openSession(db, 'twice');
  });
  afterAll(async () => {
    await app.close();
    await world.end();
    files.remove();
  });

  const lettersTo = (address: string) => world.sink.arrived.filter(({ recipient }) => recipient === address);
  const linkIn = (text: string | undefined) => /https:\/\/chaser\.example(\/a\/[\w-]{43})/.exec(text ?? '')?.[1] ?? '';
  const request = (over: Partial<MergeRequest> = {}): MergeRequest => ({
    kept: 'head',
    merged: 'twice',
    stays: STAYS,
    because: 'She told us on the telephone.',
    by: 'alma',
    ...over,
  });
  const refusedFor = async (over: Partial<MergeRequest>): Promise<string> => {
    const merged = await mergePeople(world.db, request(over), false);
    assert.ok(!merged.ok);
    return merged.reason.kind;
  };

  it('is not merged with themselves, without a reason, by the entry that goes, away from being the only administrator, or with whom they support', async () => {
    assert.equal(await refusedFor({ merged: 'head' }), 'same-person');
    assert.equal(await refusedFor({ because: ' ​ ' }), 'no-reason');
    assert.equal(await refusedFor({ merged: 'nobody' }), 'unknown-person');
    assert.equal(await refusedFor({ by: 'twice' }), 'own-entry');
    assert.equal(await refusedFor({ merged: 'alma', by: 'head' }), 'only-administrator');
    await world.db.query(
      "INSERT INTO person_roles (person, role, trust) VALUES ('head', 'system-leader', 'T1'), ('twice', 'system-leader', 'T2')",
    );
    assert.equal(await refusedFor({}), 'two-trusts');
    await world.db.query("DELETE FROM person_roles WHERE role = 'system-leader' AND person IN ('head', 'twice')");
    await world.db.query(
      "INSERT INTO kept_answers (reference, step, round, answer, fields, person, via) VALUES ($1, 'confirm-participation', 1, 'accepts', '{}', 'twice', 'link')",
      [asked],
    );
    assert.equal(await refusedFor({}), 'answers-wait');
    await world.db.query("UPDATE kept_answers SET settled_at = now(), counted = false, outcome = 'x' WHERE person = 'twice'");
    const supports = await world.begin(MORNING, { parties: { ...PARTIES, school: ['head'], 'system-leader': ['twice'] } });
    assert.equal(await refusedFor({}), 'own-school');
    await world.db.query("DELETE FROM deployment_parties WHERE reference = $1 AND person = 'twice'", [supports]);
    assert.equal((await world.db.query('SELECT FROM person_merges')).rowCount, 0);
  });

  it('is shown with all that moves, and trying it changes nothing', async () => {
    const tried = await mergePeople(world.db, request(), true);
    assert.ok(tried.ok);
    assert.deepEqual(Object.fromEntries(tried.value.deployments.map(({ reference, asksAgain }) => [reference, asksAgain])), {
      [asked]: 1,
      [shared]: 0,
    });
    assert.deepEqual(
      [tried.value.traces.running, tried.value.traces.links, tried.value.traces.watches, tried.value.traces.letters],
      [2, 2, 2, 2],
    );
    assert.equal((await world.db.query('SELECT FROM person_merges')).rowCount, 0);
    assert.equal((await tracesOf(world.db, 'twice')).watches, 2);
  });

  it('gets the open request once at the address that stays; the old link opens nothing, and history keeps the old name', async () => {
    const old = linkIn(lettersTo('h.head@trust.example')[0]?.text);
    assert.equal((await app.inject(old)).statusCode, 200);
    const before = lettersTo(PEOPLE.head.email).length;
    const form = { other: 'h.head@trust.example', because: 'She told us on the telephone.' };
    assert.match((await alma.get('/people/head/merge')).text, /is here twice/);
    assert.match((await alma.post('/people/head/merge', { ...form, other: 'head' })).text, /That is the entry whose page this is/);
    assert.match((await alma.post('/people/head/merge', form)).text, /Which details stay\?.*h\.head@trust\.example/);
    const chosen = { ...form, name: 'kept', email: 'kept', telephone: 'merged' };
    const checked = await alma.post('/people/head/merge', chosen);
    assert.match(checked.text, new RegExp(`Check before the two entries.*Telephone: .*01632 960199.*${asked}.*asked once more`));
    const seen = /name="seen" value="([^"]+)"/.exec(checked.text)?.[1]?.replaceAll('&quot;', '"') ?? '';
    const done = await alma.post('/people/head/merge', { ...chosen, seen, stage: 'confirm' });
    assert.deepEqual([done.status, done.location], [303, '/people/head?saved=merged']);
    assert.equal(await deliverMerges({ db: world.db, client: world.client }), 0);
    await world.postIsDone();

    const letters = lettersTo(PEOPLE.head.email).slice(before);
    assert.deepEqual(
      letters.map(({ subject }) => subject),
      [letters[0]?.subject],
    );
    assert.notEqual(linkIn(letters[0]?.text), old);
    assert.equal((await app.inject(linkIn(letters[0]?.text))).statusCode, 200);
    assert.equal((await app.inject(old)).statusCode, 410);
    const { rows: ledger } = await world.db.query<{ line: string }>(
      `SELECT person || ' ' || rung || ' ' || state AS line FROM messages WHERE reference = $1 AND rung LIKE 'request%' ORDER BY written_at, person`,
      [asked],
    );
    assert.deepEqual(
      ledger.map(({ line }) => line),
      ['twice request accepted', 'head request-anew-1 accepted'],
    );
    const { rows: again } = await world.db.query("SELECT FROM messages WHERE reference = $1 AND rung LIKE 'request-anew%'", [shared]);
    assert.equal(again.length, 0);
    const { rows: held } = await world.db.query<{ person: string; n: number }>(
      `SELECT person, count(*)::int AS n FROM deployment_parties WHERE reference = ANY ($1) AND role = 'school' AND until IS NULL GROUP BY person`,
      [[asked, shared]],
    );
    assert.deepEqual(held, [{ person: 'head', n: 2 }]);
    const page = (await alma.get(`/deployments/${asked}`)).text;
    assert.match(page, /are the same person/);
    assert.match(page, /Henrietta Head/);
    const letter = await world.db.query(
      "SELECT FROM messages WHERE reference = $1 AND person = 'twice' AND body_text LIKE '%Henrietta Head%'",
      [asked],
    );
    assert.equal(letter.rowCount, 1);
  });

  it('has everything of both entries, and the one that went is found by nobody and is kept with who, when and why', async () => {
    const { db } = world;
    const head = await findKnownPerson(db, 'head');
    assert.deepEqual([head?.email, head?.telephone], [PEOPLE.head.email, '01632 960199']);
    assert.ok(head?.roles.some(({ urn }) => urn === '990903'));
    assert.deepEqual([(await tracesOf(db, 'head')).watches, (await tracesOf(db, 'twice')).watches], [2, 0]);
    assert.equal((await db.query("SELECT FROM sessions WHERE person = 'twice'")).rowCount, 0);
    assert.equal(await findPersonId(db, 'twice'), 'head');
    assert.doesNotMatch((await alma.get('/people?q=Henrietta')).text, /h\.head@trust/);
    const [line] = await listMerges(db, 'head');
    assert.deepEqual(
      [line?.merged, line?.mergedName, line?.byName, line?.because, line?.waitsIn, line?.refusedIn],
      ['twice', 'Henrietta Head', 'Alma Admin', 'She told us on the telephone.', [], []],
    );
    assert.match((await alma.get('/people/twice')).text, /This is the same person as.*Alma Admin merged the two/);
    assert.equal((await alma.get('/people/twice/edit')).status, 404);
    assert.equal(await refusedFor({}), 'merged-already');
    const imported = await importPeople(
      db,
      files.write(
        csvOf([{ id: 'twice', name: 'Henrietta Head', email: 'h.head@trust.example', role: 'school', urn: '990903', region: '' }]),
      ),
    );
    assert.ok(imported.ok);
    assert.match(imported.value.findings[0]?.message ?? '', /"twice" was merged with "head"/);
    await assert.rejects(db.query("UPDATE person_merges SET because = 'x'"));
  });
});
