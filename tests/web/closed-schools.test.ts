import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { planDeployment } from '../../desk/start-deployment.ts';
import { importSample } from '../../register/import-sample.ts';
import { importSchools } from '../../register/import-schools.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import type { User } from '../../web/shared/access.ts';
import { registerTodayRoutes } from '../../web/today/routes.ts';
import { csvOf, schoolCells, testFiles } from '../kit/files.ts';
import { chaserOf } from '../support/chaser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { tsiProgramme } from '../support/programme.ts';
import { placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { ADMINISTRATOR, ofRegion, servicesOf, staffApp } from './staff-app.ts';

const files = testFiles();
let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await importSample(database.pool);
  await placeDeployment(database.pool, 'D00001', { urn: '990001', open: [{ step: 'contact-school', dueOn: workingDaysAgo(-3) }] });
  await placeDeployment(database.pool, 'D00002', { urn: '990002', open: [{ step: 'contact-school', dueOn: workingDaysAgo(-3) }] });
});
afterAll(async () => {
  await database.end();
  files.remove();
});

const CLOSED = {
  URN: '990001',
  'EstablishmentStatus (name)': 'Closed',
  CloseDate: '31-08-2026',
  'ReasonEstablishmentClosed (name)': 'Academy Converter',
  Postcode: 'ZZ99 1BQ',
};

const page = async (url: string, user: User = ADMINISTRATOR) => {
  const app = await staffApp(servicesOf(database.pool), user, registerTodayRoutes, registerDeploymentRoutes);
  return (await app.inject(url)).body;
};
const doctor = async () => (await chaserOf({ databaseUrl: database.url })('doctor')).stdout;

describe('a running deployment', () => {
  it('is not spoken of while its school is open', async () => {
    assert.doesNotMatch(await page('/'), /closed or are to close/);
    assert.doesNotMatch(await page('/deployments/D00001'), /Withdraw the deployment, or carry it on/);
    assert.match(await doctor(), /well +Schools: every running deployment is of a school or trust that is open/);
  });

  it('whose school the register closes is told of by the import, with what has taken its place', async () => {
    const rows = [schoolCells(CLOSED), schoolCells({ URN: '990021', EstablishmentName: 'Hillcrest Academy', Postcode: 'ZZ99 1BQ' })];
    const columns = Object.keys(CLOSED);
    const whole = rows.map((row) => ({ ...Object.fromEntries(columns.map((column) => [column, ''])), ...row }));
    const imported = await importSchools(database.pool, files.write(csvOf(whole)));
    assert.ok(imported.ok);
    assert.deepEqual(
      imported.value.findings.map(({ line, message, taken }) => [line, message, taken]),
      [
        [
          2,
          'Deployment D00001 is running: Hillcrest Primary School (URN 990001) closed on 31 August 2026 (Academy Converter). At its postcode the register has Hillcrest Academy (URN 990021) now.',
          true,
        ],
      ],
    );
  });

  it('of it says so on its page, on Today of those who look after it, and by the doctor', async () => {
    const said =
      /Hillcrest Primary School \(URN 990001\) closed on 31 August 2026 \(Academy Converter\)\. At its postcode the register has Hillcrest Academy/;
    assert.match(await page('/deployments/D00001'), said);
    assert.doesNotMatch(await page('/deployments/D00002'), said);
    assert.match(await page('/'), said);
    assert.doesNotMatch(await page('/', ofRegion('London')), said);
    assert.match(await doctor(), /WARNING +Schools: D00001: Hillcrest Primary School \(URN 990001\) closed/);
  });

  it('of a school that was to close by now, or of a trust without an open school, is told of too', async () => {
    await database.pool.query("UPDATE schools SET status = 'Open, but proposed to close', closed_on = '2021-08-31' WHERE urn = '990002'");
    assert.match(await page('/deployments/D00002'), /was to close on 31 August 2021\./);
    await database.pool.query("UPDATE deployments SET subject_kind = 'trust', trust = '99001', urn = NULL WHERE reference = 'D00002'");
    assert.doesNotMatch(await page('/deployments/D00002'), /no open school/);
    await database.pool.query("UPDATE schools SET status = 'Closed' WHERE trust = '99001'");
    assert.match(await page('/deployments/D00002'), /The register has no open school of the trust [^.]+ any more\./);
  });

  it('is not begun of a closed school, and begun of one that is to close with a note', async () => {
    const plan = (urn: string) =>
      planDeployment({ db: database.pool }, { subject: { kind: 'school', urn }, programme: { ...tsiProgramme(), id: 'another' } });
    const closed = await plan('990001');
    assert.equal(!closed.ok && closed.reason.kind, 'school-closed');
    assert.match(closed.ok ? '' : closed.reason.remedy, /^Start Hillcrest Academy \(URN 990021\) if it has taken its place\./);
    await database.pool.query("UPDATE schools SET status = 'Open, but proposed to close', closed_on = NULL WHERE urn = '990003'");
    const closing = await plan('990003');
    assert.ok(closing.ok, closing.ok ? '' : closing.reason.message);
    assert.match(closing.value.notes[0] ?? '', /\(URN 990003\) is proposed to close\.$/);
  });
});
