import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { writeTermDates } from '../../calendars/write-term-dates.ts';
import { readCurrentBook } from '../../desk/calendar-book.ts';
import { keepProposal, proposeImport } from '../../desk/change-calendars.ts';
import { approveCalendars, OF_CALENDARS, proposeDates, proposeMove } from '../../desk/proposed-calendars.ts';
import { approveProgramme } from '../../desk/proposed-programmes.ts';
import { decline } from '../../desk/second-person.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { findProposal } from '../../postgres/pinned/proposals.ts';
import { registerCalendarsRoutes } from '../../web/calendars/routes.ts';
import { registerProposalRoutes } from '../../web/proposals/routes.ts';
import { bankHolidaysOf } from '../kit/bank-holidays.ts';
import { CALENDAR_2040 } from '../kit/calendar-2040.ts';
import { chaserOf } from '../support/chaser.ts';
import { URN } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from '../web/staff-app.ts';

const EVERYTHING = { sql: 'true', values: [] } as const;

describe('dates that need a second person', () => {
  let world: World;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    const between = Array.from({ length: 11 }, (_, n) => bankHolidaysOf(2029 + n)).flat();
    const known = CALENDAR_2040.bankHolidays.days.map(({ on, name }) => ({ title: name, date: on, notes: '', bunting: true }));
    const events = [...between, ...bankHolidaysOf(2040).slice(0, 6), ...known, ...bankHolidaysOf(2042)];
    const text = JSON.stringify({ 'england-and-wales': { division: 'england-and-wales', events } });
    const proposal = worked(await proposeImport(world.db, { fileName: 'bank-holidays.json', bytes: Buffer.from(text) }));
    worked(await keepProposal(world.application, proposal, { by: 'coordinator', because: null }));
    reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
  });
  afterAll(() => world.end());

  /** Testshire's terms with a different end of autumn 2040, looked at and not kept. */
  const terms = async (autumnEnds: string) => {
    const text = writeTermDates([
      {
        laCode: '990',
        region: 'North West',
        calendar: {
          ...CALENDAR_2040.terms,
          terms: CALENDAR_2040.terms.terms.map((term, at) => (at === 0 ? { ...term, endsOn: plainDate(autumnEnds) } : term)),
        },
      },
    ]);
    return worked(await proposeImport(world.db, { fileName: 'testshire.yaml', bytes: Buffer.from(text) }));
  };
  const dates = async (autumnEnds: string, by = 'coordinator') =>
    proposeDates(world.application, await terms(autumnEnds), { by, because: 'As published.' });
  const approve = (number: number, by: string) =>
    approveCalendars({ db: world.application, client: world.client }, number, { by, inScope: EVERYTHING });
  const version = async () => (await readCurrentBook(world.db)).version;
  const due = async () => {
    const { rows } = await world.db.query<{ due: string }>(
      "SELECT due_on::text AS due FROM steps WHERE reference = $1 AND step = 'contact-school'",
      [reference],
    );
    return rows[0]?.due;
  };

  it('are not known before somebody else approves them, and then name both', async () => {
    const number = worked(await dates('2040-12-18'));
    assert.equal(kindOf(await dates('2040-12-18', 'region')), 'proposed-already');
    assert.equal(await version(), 1);
    assert.equal(kindOf(await approve(number, 'coordinator')), 'same-person');
    assert.equal(kindOf(await approveProgramme(world.application, number, 'region')), 'unknown-proposal', 'who may publish is let near');
    assert.equal(await version(), 1);
    assert.deepEqual(worked(await approve(number, 'region')), { kind: 'dates', version: 2 });
    const { imports } = await readCurrentBook(world.db);
    assert.deepEqual(
      imports.map(({ by, approvedBy, because }) => [by, approvedBy, because]),
      [
        ['Cora Coordinator', null, null],
        ['Cora Coordinator', 'Rosa Region', 'As published.'],
      ],
    );
  });

  it('are not kept when the calendars changed since they were proposed, and stay undecided', async () => {
    const [one, other] = [worked(await dates('2040-12-17')), worked(await dates('2040-12-14'))];
    worked(await approve(one, 'region'));
    assert.equal(kindOf(await approve(other, 'region')), 'book-changed');
    assert.equal((await findProposal(world.db, other))?.decision, null);
    worked(await decline(world.application, other, OF_CALENDARS, { by: 'region', because: 'Propose it anew.' }));
    assert.equal(await version(), 3);
  });

  it('move a running deployment only once somebody else approves the move', async () => {
    const before = await due();
    const move = { references: [reference], because: 'Testshire published its dates.', by: 'coordinator', inScope: EVERYTHING };
    assert.equal(kindOf(await proposeMove(world.application, { ...move, because: ' ' })), 'no-reason');
    assert.equal(kindOf(await proposeMove(world.application, { ...move, references: ['D99999'] })), 'not-affected');
    const number = worked(await proposeMove(world.application, move));
    assert.equal(kindOf(await approve(number, 'coordinator')), 'same-person');
    assert.equal(await due(), before);
    const outside = { by: 'region', inScope: { sql: 'false', values: [] } };
    const beyond = await approveCalendars({ db: world.application, client: world.client }, number, outside);
    assert.equal(kindOf(beyond), 'not-affected', 'who may not change it may not approve it');
    const done = worked(await approve(number, 'region'));
    assert.deepEqual(done.kind === 'move' && done.adoptions.map(({ refusal }) => refusal), [null]);
    assert.equal(await due(), '2040-12-17');
    assert.notEqual(await due(), before);
    assert.equal(kindOf(await approve(number, 'senior')), 'decided-already');
  });

  it('are proposed and approved on pages', async () => {
    const services = {
      ...servicesOf(world.application, { client: world.client, taskQueue: world.temporal.taskQueue }),
      secondPerson: { programmes: false, calendars: true },
    };
    const pages = [registerCalendarsRoutes, registerProposalRoutes] as const;
    const first = await staffApp(services, { ...ADMINISTRATOR, person: 'coordinator' }, ...pages);
    const second = await staffApp(services, { ...ADMINISTRATOR, person: 'region' }, ...pages);
    const post = (app: typeof first, url: string, form: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(form).toString(),
      });
    const closure = {
      ...{ what: 'closure', kind: 'school', id: URN, reason: 'snow' },
      ...{ 'from-day': '3', 'from-month': '12', 'from-year': '2040', 'to-day': '3', 'to-month': '12', 'to-year': '2040' },
    };
    const check = await post(first, '/calendars/check', closure);
    assert.equal(check.statusCode, 200, check.body.replaceAll(/\s+/g, ' ').slice(0, 2_000));
    assert.match(check.body, /Propose these dates/);
    const before = await version();
    const proposed = await post(first, '/calendars/keep', { ...closure, after: String(before) });
    assert.match(String(proposed.headers.location), /^\/calendars\/proposals\/\d+\?done=proposed$/);
    const url = String(proposed.headers.location).replace(/\?.*/, '');
    assert.equal(await version(), before);
    assert.match((await second.inject('/calendars')).body, new RegExp(`Waiting for a second person[^]*href="${url}"`));
    assert.match((await first.inject(url)).body, /You proposed it, so somebody else has to approve it\./);
    assert.equal((await post(first, `${url}/approve`, {})).statusCode, 409);
    // The same number under Programmes is nothing.
    assert.equal((await second.inject(url.replace('calendars', 'programmes'))).statusCode, 404);
    const approved = await post(second, `${url}/approve`, {});
    assert.deepEqual([approved.statusCode, approved.headers.location], [303, `/calendars/impact?kept=${before + 1}`]);
    assert.match((await second.inject('/calendars')).body, /by Cora Coordinator, approved by Rosa Region/);
    await first.close();
    await second.close();
  });

  it('are proposed and approved by commands, and nobody is “the command line”', async () => {
    const chaser = (...args: readonly string[]) => chaserOf(world, { SECOND_PERSON: 'programmes,calendars' })('calendar', ...args);
    const close = ['close', URN, '--from', '2040-12-05', '--name', 'INSET day'];
    assert.match((await chaser(...close)).stderr, /Nobody is known as "the command line"/);
    const proposed = await chaser(...close, '--by', 'coordinator', '--json');
    const { proposal } = JSON.parse(proposed.stdout) as { proposal: number };
    assert.match((await chaser('proposals')).stdout, new RegExp(`^${proposal} `, 'm'));
    assert.equal((await chaser('approve', String(proposal), '--by', 'coordinator')).status, 1);
    assert.match((await chaser('approve', String(proposal), '--by', 'region')).stdout, /^Kept as version \d+ of the calendars\./);
  });
});

function kindOf(result: Result<unknown, Reason>): string {
  return result.ok ? 'done' : result.reason.kind;
}

function worked<T>(result: Result<T, Reason>): T {
  if (!result.ok) throw new Error(`${result.reason.kind}: ${result.reason.message}`);
  return result.value;
}
