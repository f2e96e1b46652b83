import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'vitest';
import { saveDraft } from '../../postgres/desk/answer-drafts.ts';
import { queueNote } from '../../postgres/desk/notes.ts';
import { findSession, keepSignInLink, openSession, stateOfSignInLink } from '../../postgres/access/sessions.ts';
import type { PeopleReport } from '../../register/import-report.ts';
import { schoolCells } from '../kit/files.ts';
import { placeDeployment, workingDaysAgo } from '../web/place-deployment.ts';
import { HEAD, MILLS, registerForTests } from './register.ts';

const register = registerForTests();
const { people, rowsOf, schools } = register;
const STAFF = ['rdp'];

/** Events are kept for ever, so each test has deployments of its own. */
let number = 0;
let first = '';
let second = '';

describe('a people file that changes a contact id', () => {
  beforeEach(async () => {
    await register.pool.query('TRUNCATE notes, answer_drafts, sign_in_links, sessions, asks_anew');
    await schools(schoolCells({ URN: '990001' }));
    await people(MILLS, HEAD);
    number += 2;
    [first, second] = [`D${String(10_000 + number)}`, `D${String(10_001 + number)}`];
    for (const reference of [first, second]) {
      await placeDeployment(register.pool, reference, {
        urn: '990001',
        parties: { rdp: ['c-mills'], school: ['head'] },
        open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(3) }],
      });
    }
    for (const [reference, role, person] of [
      [first, 'school', 'head'],
      [second, 'school', 'head'],
      [first, 'rdp', 'c-mills'],
    ] as const) {
      await register.pool.query(
        "INSERT INTO answer_links (hash, reference, step, round, role, person) VALUES ($1, $2, 'confirm-participation', 1, $3, $4)",
        [Buffer.from(`${reference}/${person}`), reference, role, person],
      );
    }
  });

  const session = async () => (await openSession(register.pool, 'c-mills')).token;
  const live = () => rowsOf('SELECT reference, person FROM answer_links WHERE revoked_at IS NULL ORDER BY reference, person');
  const asks = () => rowsOf('SELECT reference, person, because, steps FROM asks_anew ORDER BY reference, person');
  const endedBy = ({ ended }: PeopleReport, person: string) => ended.find((each) => each.person === person);

  it('to another name and address ends the sessions of the former person and their links to sign in', async () => {
    const token = await session();
    await keepSignInLink(register.pool, { token: 'a link', browser: 'a browser', person: 'c-mills' });
    const report = await people({ ...MILLS, name: 'Dilys Bevan', email: 'd.bevan@delivery.example' });
    assert.equal(await findSession(register.pool, token, STAFF), null);
    assert.equal(await stateOfSignInLink(register.pool, 'a link', 'a browser'), 'used');
    assert.deepEqual(endedBy(report, 'c-mills'), {
      person: 'c-mills',
      name: 'Dilys Bevan',
      because: 'person-changed',
      sessions: 1,
      signInLinks: 1,
      answerLinks: 1,
      askedAnewIn: [first],
    });
  });

  it('to another name and address revokes the answer links in every deployment, and has each deployment ask again', async () => {
    await register.pool.query("UPDATE steps SET state = 'overtaken', closed_at = now() WHERE reference = $1", [second]);
    const report = await people({ ...HEAD, name: 'Peter Ashworth', email: 'p.ashworth@hillcrest.example' });
    assert.deepEqual(await live(), [{ reference: first, person: 'c-mills' }]);
    const steps = [{ step: 'confirm-participation', round: 1 }];
    assert.deepEqual(await asks(), [{ reference: first, person: 'head', because: 'person-changed', steps }]);
    assert.deepEqual(endedBy(report, 'head')?.askedAnewIn, [first]);
  });

  it('to a new address under the same name revokes the links too', async () => {
    const report = await people({ ...HEAD, email: 'head@hill-crest.example' });
    assert.deepEqual(await live(), [{ reference: first, person: 'c-mills' }]);
    assert.deepEqual(
      (await asks()).map(({ reference, because }) => [reference, because]),
      [
        [first, 'address-changed'],
        [second, 'address-changed'],
      ],
    );
    assert.equal(endedBy(report, 'head')?.answerLinks, 2);
  });

  it('to another person hides the drafts and e-mails of the former one; a new address alone keeps both', async () => {
    await saveDraft(
      register.pool,
      { reference: first, step: 'confirm-participation', round: 1, person: 'head' },
      { answer: 'declines', fields: { reason: 'No time.' } },
    );
    for (const kind of ['answer-copy', 'sign-in'] as const) {
      await queueNote(register.pool, { kind, person: 'head', subject: kind, text: 'words', html: 'words' });
    }
    const waiting = () => rowsOf('SELECT kind FROM notes WHERE failed_at IS NULL ORDER BY kind');
    await people({ ...HEAD, email: 'head@hill-crest.example' });
    assert.deepEqual(await waiting(), [{ kind: 'answer-copy' }]);
    assert.equal((await rowsOf('SELECT FROM answer_drafts')).length, 1);
    await people({ ...HEAD, name: 'Peter Ashworth', email: 'p.ashworth@hillcrest.example' });
    assert.deepEqual(await waiting(), []);
    assert.deepEqual(await rowsOf('SELECT FROM answer_drafts'), []);
    assert.deepEqual(await rowsOf('SELECT FROM notes WHERE body_text IS NOT NULL'), []);
  });

  it('to a new name at the same address ends sessions, and keeps the links that lie in that mailbox', async () => {
    const token = await session();
    const report = await people({ ...MILLS, name: 'Carys Bevan' });
    assert.equal(await findSession(register.pool, token, STAFF), null);
    assert.equal((await live()).length, 3);
    assert.deepEqual(await asks(), []);
    assert.equal(endedBy(report, 'c-mills')?.because, 'name-changed');
  });

  it('in letter case and telephone number only ends nothing', async () => {
    const token = await session();
    const report = await people({ ...MILLS, email: 'C.Mills@Delivery.example', telephone: '01632 960001' });
    assert.ok(await findSession(register.pool, token, STAFF));
    assert.deepEqual([report.ended, (await live()).length], [[], 3]);
  });

  it('so that two people exchange addresses ends what both could open', async () => {
    const token = await session();
    await people({ ...HEAD, email: MILLS.email }, { ...MILLS, email: HEAD.email });
    assert.deepEqual(await live(), []);
    assert.equal(await findSession(register.pool, token, STAFF), null);
    assert.equal((await asks()).length, 3);
  });

  it('to no staff role ends sessions and sign-in links of that role for good, even if the role comes back', async () => {
    const token = await session();
    const report = await people({ ...MILLS, role: 'system-leader', area: '', area_name: '', authorities: '' });
    assert.deepEqual(endedBy(report, 'c-mills'), {
      person: 'c-mills',
      name: 'Carys Mills',
      because: 'left-staff',
      sessions: 1,
      signInLinks: 0,
      answerLinks: 1,
      askedAnewIn: [],
    });
    await people(MILLS);
    assert.equal(await findSession(register.pool, token, STAFF), null);
    assert.deepEqual(
      (await live()).map(({ person }) => person),
      ['head', 'head'],
    );
  });

  it('to one staff role fewer, with another left, ends nothing', async () => {
    await people(MILLS, { id: 'c-mills', role: 'policy' });
    const token = await session();
    assert.deepEqual((await people({ ...MILLS, role: 'policy', region: '', area: '', area_name: '', authorities: '' })).ended, []);
    assert.ok(await findSession(register.pool, token, ['policy']));
  });
});
