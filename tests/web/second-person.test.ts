import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { approveProgramme, OF_PROGRAMMES, proposeProgramme } from '../../desk/proposed-programmes.ts';
import { decline, readSecondPerson } from '../../desk/second-person.ts';
import { programmeOnOffer, publishProgramme } from '../../desk/programmes-on-offer.ts';
import type { Programme } from '../../domain/programme.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { listVersions } from '../../postgres/pinned/programme-versions.ts';
import { findProposal, listOpenProposals } from '../../postgres/pinned/proposals.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { registerProgrammesRoutes } from '../../web/programmes/routes.ts';
import { registerReachRoutes } from '../../web/programmes/reach-routes.ts';
import { registerProposalRoutes } from '../../web/proposals/routes.ts';
import { registerRehearseRoutes } from '../../web/rehearse/routes.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { chaserOf } from '../support/chaser.ts';
import { insertPeople } from '../support/people.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

const small = (version: number): string => SMALL_PROGRAMME.replace('version: 1', `version: ${version}`);

function read(text: string): Programme {
  const { programme, findings } = readProgramme(text, 'small.yaml');
  return programme ?? assert.fail(JSON.stringify(findings));
}

describe('a programme that needs a second person', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
  });
  afterAll(() => database.end());

  const propose = async (version: number, by = 'coordinator') => {
    const proposed = await proposeProgramme(database.application, read(small(version)), small(version), by);
    assert.ok(proposed.ok, proposed.ok ? '' : proposed.reason.message);
    return proposed.value;
  };
  const kindOf = (result: Result<unknown, Reason>) => (result.ok ? 'done' : result.reason.kind);
  const onOffer = async () => {
    const found = await programmeOnOffer(database.pool, 'small');
    return found.ok ? found.value.version : null;
  };

  it('is not on offer while nobody has approved it, and not for who proposed it to approve', async () => {
    const number = await propose(1);
    assert.equal(await onOffer(), null);
    assert.equal(kindOf(await approveProgramme(database.application, number, 'coordinator')), 'same-person');
    assert.equal(await onOffer(), null);
    assert.deepEqual(
      (await listOpenProposals(database.application, OF_PROGRAMMES)).map((one) => [one.number, one.byName, one.decision]),
      [[number, 'Cora Coordinator', null]],
    );
    // Not even where somebody goes round the desk.
    await assert.rejects(
      database.application.query("INSERT INTO proposal_decisions (proposal, decision, by_person) VALUES ($1, 'approved', 'coordinator')", [
        number,
      ]),
      /approved by somebody other/,
    );
  });

  it('is on offer once somebody else approves it, with the names of both', async () => {
    const number = (await listOpenProposals(database.application, OF_PROGRAMMES))[0]?.number ?? 0;
    assert.equal(kindOf(await approveProgramme(database.application, number, 'region')), 'done');
    assert.equal(await onOffer(), 1);
    assert.deepEqual(
      (await listVersions(database.pool, 'small')).map(({ version, publishedBy, approvedBy }) => [version, publishedBy, approvedBy]),
      [[1, 'Cora Coordinator', 'Rosa Region']],
    );
    const kept = await findProposal(database.pool, number);
    assert.deepEqual([kept?.decision, kept?.decidedByName], ['approved', 'Rosa Region']);
    assert.deepEqual(await listOpenProposals(database.application, OF_PROGRAMMES), []);
  });

  it('is decided once, though two decide at the same moment', async () => {
    const number = await propose(2);
    const decided = await Promise.all([
      approveProgramme(database.application, number, 'region'),
      decline(database.application, number, OF_PROGRAMMES, { by: 'senior', because: 'Not yet.' }),
      approveProgramme(database.application, number, 'senior'),
    ]);
    assert.equal(decided.filter(({ ok }) => ok).length, 1);
    assert.deepEqual(new Set(decided.filter(({ ok }) => !ok).map(kindOf)), new Set(['decided-already']));
    const kept = await findProposal(database.pool, number);
    assert.equal(await onOffer(), kept?.decision === 'approved' ? 2 : 1);
    assert.equal(kindOf(await approveProgramme(database.application, number, 'region')), 'decided-already');
  });

  it('can be declined with a reason, or taken back by who proposed it, and is then not published', async () => {
    const before = await onOffer();
    const number = await propose(3);
    assert.equal(kindOf(await decline(database.application, number, OF_PROGRAMMES, { by: 'region', because: ' \n ' })), 'no-reason');
    assert.equal(
      kindOf(await decline(database.application, number, OF_PROGRAMMES, { by: 'region', because: 'A reminder is missing.' })),
      'done',
    );
    const own = await propose(3);
    assert.equal(
      kindOf(await decline(database.application, own, OF_PROGRAMMES, { by: 'coordinator', because: 'A slip of the pen.' })),
      'done',
    );
    assert.equal((await findProposal(database.pool, number))?.because, 'A reminder is missing.');
    assert.equal(await onOffer(), before);
    assert.equal(kindOf(await approveProgramme(database.application, 4711, 'region')), 'unknown-proposal');
  });

  it('is refused where it could not be published, when it is proposed and when it is approved, and leaves no decision', async () => {
    const text = small(4).replace('title: A small offer', 'title: Another');
    const number = await propose(4);
    assert.equal(kindOf(await proposeProgramme(database.application, read(small(4)), small(4), 'region')), 'proposed-already');
    // Meanwhile the version is published on another way.
    assert.ok((await publishProgramme(database.pool, read(text), 'senior')).ok);
    assert.equal(kindOf(await proposeProgramme(database.application, read(small(4)), small(4), 'region')), 'version-taken');
    assert.equal(kindOf(await approveProgramme(database.application, number, 'region')), 'version-taken');
    assert.equal((await findProposal(database.pool, number))?.decision, null);
    assert.equal(kindOf(await proposeProgramme(database.application, read(small(3)), small(3), 'region')), 'version-too-old');
  });

  it('is proposed and approved on pages, and who may not decide is shown no button', async () => {
    const services = { ...servicesOf(database.application), secondPerson: { programmes: true, calendars: false } };
    const pages = [registerRehearseRoutes, registerProgrammesRoutes, registerReachRoutes, registerProposalRoutes] as const;
    const [first, second, reader] = await Promise.all([
      staffApp(services, { ...ADMINISTRATOR, person: 'coordinator' }, ...pages),
      staffApp(services, { ...ADMINISTRATOR, person: 'region' }, ...pages),
      staffApp(services, { ...ADMINISTRATOR, person: 'head', roles: [{ role: 'read-only', region: '', area: '' }] }, ...pages),
    ]);
    const payload = { text: small(5), csrf: 'a-csrf-token' };
    assert.match((await first.inject({ method: 'POST', url: '/rehearse', payload })).body, /Propose it[^]*Somebody else who may publish/);
    const look = (await first.inject({ method: 'POST', url: '/programmes/publish/check', payload })).body;
    assert.match(look, /Propose version 5/);
    const after = /name="after" value="([^"]*)"/.exec(look)?.[1] ?? '';
    const proposed = await first.inject({
      method: 'POST',
      url: '/programmes/publish',
      payload: { ...payload, after, where: 'all', because: 'The guidance of May.' },
    });
    assert.match(String(proposed.headers.location), /^\/programmes\/proposals\/\d+\?done=proposed$/);
    const url = String(proposed.headers.location).replace(/\?.*/, '');
    assert.equal(await onOffer(), 4);

    assert.match((await second.inject('/programmes')).body, new RegExp(`href="${url}"`));
    const own = (await first.inject(url)).body;
    assert.match(own, /You proposed it, so somebody else has to approve it\./);
    assert.doesNotMatch(own, /Approve and publish/);
    assert.doesNotMatch((await reader.inject(url)).body, /Approve and publish|Decline it/);
    assert.match((await second.inject(url)).body, /Approve and publish it/);

    const refused = await first.inject({ method: 'POST', url: `${url}/approve`, payload: {} });
    assert.equal(refused.statusCode, 409);
    assert.match(refused.body, /You proposed this yourself\./);
    assert.equal((await second.inject({ method: 'POST', url: `${url}/decline`, payload: { because: '' } })).statusCode, 400);
    const approved = await second.inject({ method: 'POST', url: `${url}/approve`, payload: {} });
    assert.deepEqual([approved.statusCode, approved.headers.location], [303, '/programmes/small?version=5&published=5']);
    assert.match((await second.inject('/programmes/small/versions')).body, /by Cora Coordinator, approved by Rosa Region/);
    assert.match((await second.inject(url)).body, /Rosa Region approved it\./);
    for (const nothing of ['0', '99999', 'x', '1e3', '%00']) {
      assert.equal((await second.inject(`/programmes/proposals/${nothing}`)).statusCode, 404, nothing);
      const post = await second.inject({ method: 'POST', url: `/programmes/proposals/${nothing}/approve`, payload: {} });
      assert.equal(post.statusCode, 404, nothing);
    }
    await Promise.all([first.close(), second.close(), reader.close()]);
  });

  it('is proposed and approved by commands, which refuse what SECOND_PERSON cannot be', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chaser-second-'));
    const chaser = (given: string, ...args: readonly string[]) =>
      chaserOf({ databaseUrl: database.url }, { SECOND_PERSON: given })('programme', ...args);
    try {
      const file = join(folder, 'small.yaml');
      writeFileSync(file, small(6));
      const odd = await chaser('sometimes', 'publish', file, '--because', 'The guidance of May.', '--by', 'coordinator');
      assert.deepEqual(
        [odd.status, odd.stderr.split('\n')[0]],
        [2, 'SECOND_PERSON must be no, programmes, calendars, or programmes,calendars.'],
      );
      const proposed = await chaser('programmes', 'publish', file, '--because', 'The guidance of May.', '--by', 'coordinator', '--json');
      const { proposal } = JSON.parse(proposed.stdout) as { proposal: number };
      assert.match((await chaser('programmes', 'proposals')).stdout, new RegExp(`^${proposal} +A small offer, version 6 `, 'm'));
      assert.deepEqual(
        [
          (await chaser('programmes', 'approve', String(proposal), '--by', 'coordinator')).status,
          (await chaser('no', 'approve', 'one', '--by', 'region')).status,
        ],
        [1, 2],
      );
      assert.match((await chaser('programmes', 'approve', String(proposal), '--by', 'region')).stdout, /^Published small, version 6/);
      assert.match(
        (await chaser('programmes', 'decline', String(proposal), '--by', 'region', '--because', 'Late.')).stderr,
        /approved by Rosa Region already/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is asked for what SECOND_PERSON names, and nothing else is understood', () => {
    assert.deepEqual(readSecondPerson('no'), { programmes: false, calendars: false });
    assert.deepEqual(readSecondPerson('calendars'), { programmes: false, calendars: true });
    assert.deepEqual(readSecondPerson('programmes, calendars'), { programmes: true, calendars: true });
    for (const other of ['', 'yes', 'programmes,no', 'programme', 'programmes,,calendars'])
      assert.equal(readSecondPerson(other), null, other);
  });
});
