import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { importSample } from '../../register/import-sample.ts';
import { fastForward } from '../../temporal/time-skipping.ts';
import { registerManyRoutes } from '../../web/many/routes.ts';
import { registerUnderWayRoutes } from '../../web/many/under-way-routes.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { chaserOf } from '../support/chaser.ts';
import { waitUntil } from '../support/wait-until.ts';
import { deskOf } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp, signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const TODAY = londonDate(Date.now());
const ago = (days: number): string => longDate(addDays(TODAY, -days));

const HEADINGS = [
  'URN',
  'Began on',
  'System leader',
  'Contact the school or trust',
  'Confirm participation',
  'Confirm participation: answer',
  'Provide details to the RDP',
  'Contact a system leader',
  'Confirm ability to support',
  'Contact the school or trust about the match',
  'Confirm engagement and the system leader',
  'Inform the regional team of the agreement',
  'Notes of mine',
];
const LEADER = 'gwendolyn.starling@brackenfold-trust.example';
/** Approval is open since three days ago and due in about four: its last reminder and what comes after lie ahead. */
const WAITS_FOR_APPROVAL = ['990007', ago(60), LEADER, ago(60), ago(55), '', ago(50), ago(48), ago(46), ago(44), ago(40), ago(3), 'mine'];
/** The details are five weeks late: reminder, overdue notice, call and escalation have passed. */
const LATE = ['990002', ago(60), '', ago(56), ago(40)];

const csv = (...rows: readonly (readonly string[])[]) => [HEADINGS, ...rows].map((row) => row.join(',')).join('\n');

describe('importing deployments that are under way', () => {
  let world: World;
  let app: FastifyInstance;
  let alma: Desk;
  beforeAll(async () => {
    world = await openWorld();
    await importSample(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await guardedApp(services, registerManyRoutes, registerUnderWayRoutes);
    alma = await deskOf(world.db, app, 'alma');
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  async function upload(content: string, decideBy: PlainDate = addDays(TODAY, 14)) {
    const { cookies, csrf } = await signedInAs(world.db, 'alma');
    const form = new FormData();
    const [year = '', month = '', day = ''] = decideBy.split('-');
    const inputs = { csrf, programme: 'tsi-2022-23', 'decideBy-day': day, 'decideBy-month': month, 'decideBy-year': year };
    for (const [name, value] of Object.entries(inputs)) form.set(name, value);
    form.set('file', new Blob([content]), 'spreadsheet.csv');
    const request = new Request('http://x.example', { method: 'POST', body: form });
    const payload = Buffer.from(await request.arrayBuffer());
    const { statusCode, body, headers } = await app.inject({
      method: 'POST',
      url: '/many/under-way',
      cookies,
      headers: { 'content-type': String(request.headers.get('content-type')), 'content-length': String(payload.length) },
      payload,
    });
    return { status: statusCode, text: body.replaceAll(/\s+/g, ' '), location: String(headers.location ?? '') };
  }
  const ledgerOf = async (reference: string) =>
    (
      await world.db.query<{ step: string; rung: string; state: string; person: string; reason: string | null }>(
        'SELECT step, rung, state, person, reason FROM messages WHERE reference = $1 ORDER BY written_at, key',
        [reference],
      )
    ).rows;

  it('refuses a file with an unknown heading as a whole, and a day for deciding that has passed', async () => {
    const unknown = await upload('URN,Began on,Confirm particpation\n990007,1 October 2022,');
    assert.equal(unknown.status, 400);
    assert.match(unknown.text, /has no column “Confirm particpation”\. Use the headings of the example file/);
    const past = await upload(csv(WAITS_FOR_APPROVAL), addDays(TODAY, -1));
    assert.match(past.text, /The day for deciding must be from today to/);
    assert.equal((await world.db.query('SELECT FROM many_jobs')).rowCount, 0);
  });

  it('offers an example file that can be imported as it is', async () => {
    const form = await alma.get('/many/under-way?programme=tsi-2022-23');
    assert.match(
      form.text,
      /href="\/many\/under-way\/tsi-2022-23"[\s\S]*Columns for Trust and school improvement offer[\s\S]*Confirm participation: answer/,
    );
    const { body, headers } = await app.inject({ url: '/many/under-way/tsi-2022-23', cookies: alma.cookies });
    assert.match(String(headers['content-type']), /text\/csv/);
    const { location } = await upload(body.replace('990001', '990007'));
    assert.match((await alma.get(location)).text, /Possible in 1 of 1[\s\S]*Open: “Confirm participation”/);
    await alma.post(`${location}/cancel`, {});
  });

  it('shows what each would come to, sends nothing for what has passed, and the next letter once', async () => {
    const ahead = [...WAITS_FOR_APPROVAL].with(0, '990001').with(1, longDate(addDays(TODAY, 3)));
    const disordered = [...WAITS_FOR_APPROVAL].with(0, '990003').with(4, ago(59)).with(3, ago(58));
    const { status, location, text } = await upload(
      csv(WAITS_FOR_APPROVAL, LATE, [...LATE, 'Perhaps'].with(0, '990004'), ahead, disordered, LATE, ['123456', ago(9)]),
    );
    assert.equal(status, 303, text);
    const check = (await alma.get(location)).text;
    assert.match(check, /Possible in 2 of 7/);
    assert.match(
      check,
      /Open: “Approve the match”, since .* due on .*\. Waiting for: Hester Applegarth\. Next: reminder to Hester Applegarth on/,
    );
    assert.match(
      check,
      /working days late\. Waiting for: .* It would have been escalated before\. Nothing is sent for that: Carys Mills decides by/,
    );
    assert.match(check, /E-mails in the first 5 working days/);
    assert.match(
      check,
      /Line 4, column “Confirm participation: answer”: “Perhaps” is not an answer to “Confirm participation”\. Give one of: “Yes, we will take part”/,
    );
    assert.match(check, /Line 5, column “Began on”: .* is in the future/);
    assert.match(check, /Line 6, column “Confirm participation”: “Confirm participation” had not opened on/);
    assert.match(check, /Line 7, column “URN”: It is in line 3 already\./);
    assert.match(check, /Line 8, column “URN”: no school of the places you look after has this number/);
    assert.equal((await world.db.query('SELECT FROM deployments')).rowCount, 0);

    const { location: result } = await alma.post(`${location}/confirm`, { line: '1\n2' });
    assert.match(
      (await alma.get(result)).text,
      /2 of 2 deployments are imported\.[\s\S]*href="\/many\/new\?kind=chase-now[\s\S]*href="\/many\/new\?kind=withdraw/,
    );
    await waitUntil('both are stored', async () => (await world.db.query('SELECT FROM deployments')).rowCount === 2);
    await world.postIsDone();
    const { rows: deployments } = await world.db.query<{ reference: string; urn: string; began: string }>(
      "SELECT reference, urn, (began_at AT TIME ZONE 'Europe/London')::date::text AS began FROM deployments ORDER BY urn DESC",
    );
    const [approval, late] = deployments;
    assert.ok(approval && late);
    assert.deepEqual([approval.urn, approval.began], ['990007', addDays(TODAY, -60)]);
    for (const { reference } of deployments) {
      const ledger = await ledgerOf(reference);
      assert.ok(ledger.some(({ rung }) => rung === 'request'));
      assert.deepEqual([...new Set(ledger.map(({ state }) => state))], ['suppressed'], JSON.stringify(ledger));
    }
    assert.deepEqual(world.sink.arrived, []);
    const { rows: escalations } = await world.db.query<{ reference: string; person: string; promised: string }>(
      'SELECT reference, person, promised_on::text AS promised FROM escalations WHERE closed_at IS NULL',
    );
    assert.deepEqual(escalations, [{ reference: late.reference, person: 'c-mills', promised: addDays(TODAY, 14) }]);

    // Past the due date of the approval: its reminder of that day and the overdue notice after it have come, each once.
    await fastForward(world.client, deploymentWorkflowId(approval.reference), 11 * 86_400);
    await world.postIsDone();
    const sent = (await ledgerOf(approval.reference)).filter(({ state }) => state !== 'suppressed');
    assert.ok(
      sent.every(({ step, state }) => step === 'approve-match' && state === 'accepted'),
      JSON.stringify(sent),
    );
    const rungs = sent.map(({ rung }) => rung);
    assert.equal(new Set(sent.map(({ rung, person }) => `${rung} ${person}`)).size, sent.length);
    assert.ok(rungs.includes('reminder0') && rungs.includes('overdue+1') && !rungs.includes('request'), JSON.stringify(rungs));

    // Undone before anything was sent about it: nobody hears of it.
    const ends = {
      kind: 'withdraw',
      of: 'ticked',
      deployment: late.reference,
      end: 'withdrawn',
      withdrawnBy: 'department',
      because: 'A wrong file.',
    };
    const undo = await alma.post('/many/new', ends);
    assert.match((await alma.get(undo.location)).text, /Possible in 1 of 1/);
    await alma.post(`${undo.location}/confirm`, { line: '1' });
    await waitUntil('it has ended', async () => {
      const { rows } = await world.db.query<{ status: string }>('SELECT status FROM deployments WHERE reference = $1', [late.reference]);
      return rows[0]?.status === 'withdrawn';
    });
    assert.deepEqual(
      (await ledgerOf(late.reference)).filter(({ state }) => state !== 'suppressed'),
      [],
    );
  });

  it('goes in by the command line: nothing by --dry-run or from a bad file, and the rows without a mistake otherwise', async () => {
    const count = async () => (await world.db.query('SELECT FROM deployments')).rowCount;
    const before = await count();
    const file = join(await mkdtemp(join(tmpdir(), 'under-way-')), 'deployments.csv');
    const imports = async (content: string, ...more: readonly string[]) => {
      await writeFile(file, content);
      const words = ['import', 'deployments', file, '--programme', 'tsi-2022-23', '--by', 'alma', ...more];
      const { status, stdout, stderr } = await chaserOf(world)(...words);
      return { code: status, said: `${stdout}${stderr}` };
    };
    const rows = csv([...LATE].with(0, '990006'), [...LATE, 'Perhaps'].with(0, '990004'));

    const bad = await imports(rows.replace('Confirm participation:', 'Confirm particpation:'));
    assert.equal(bad.code, 1, bad.said);
    assert.match(bad.said, /has no column “Confirm particpation: answer”/);
    assert.equal(await count(), before);
    const dry = await imports(rows, '--dry-run');
    assert.equal(dry.code, 1, dry.said);
    assert.match(
      dry.said,
      /Nothing was changed\. Without --dry-run it would be:[\s\S]*“Perhaps” is not an answer[\s\S]*1 of 2 deployments would be imported/,
    );
    assert.equal(await count(), before);

    const done = await imports(rows);
    assert.equal(done.code, 1, done.said);
    assert.match(done.said, /1 of 2 deployments is imported/);
    await waitUntil('it is stored', async () => (await count()) === (before ?? 0) + 1);
    const { rows: stored } = await world.db.query<{ reference: string }>("SELECT reference FROM deployments WHERE urn = '990006'");
    assert.match(done.said, new RegExp(`Line 2: .*is ${stored[0]?.reference}`));
    await world.postIsDone();
    assert.deepEqual([...new Set((await ledgerOf(stored[0]?.reference ?? '')).map(({ state }) => state))], ['suppressed']);
  });
});
