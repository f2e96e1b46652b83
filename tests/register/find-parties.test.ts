import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { mustLoadProgramme } from '../../cli/load.ts';
import { findParties } from '../../register/find-parties.ts';
import { importSample } from '../../register/import-sample.ts';
import { schoolCells } from '../kit/files.ts';
import { tsiProgramme } from '../support/programme.ts';
import { HEAD, MILLS, registerForTests } from './register.ts';

const register = registerForTests();
const { schools, people, rowsOf } = register;

describe('finding the people of a deployment', () => {
  const NORTH_WEST = [
    { id: 'team', name: 'Team', email: 'team@x.example', role: 'regional-team', region: 'North West' },
    { id: 'senior', name: 'Senior', email: 'senior@x.example', role: 'regional-senior', region: 'North West' },
  ];
  const INFORMED = [
    { id: 'authority', name: 'Authority', email: 'authority@x.example', role: 'local-authority', authority: '888' },
    { id: 'diocese', name: 'Diocese', email: 'diocese@x.example', role: 'diocese', diocese: 'diocese of Wharfemoor' },
  ];
  const held = { school: ['head'], 'regional-team': ['team'], 'regional-senior': ['senior'], rdp: ['c-mills'] };
  const maintained = { 'EstablishmentTypeGroup (name)': 'Local authority maintained schools', 'Diocese (name)': 'Diocese of Wharfemoor' };

  it('finds the head, the regional team and the coordinator of a school', async () => {
    await schools(schoolCells({ 'EstablishmentTypeGroup (name)': 'Academies', 'Diocese (name)': 'Not applicable' }));
    await people(MILLS, HEAD, ...NORTH_WEST, ...INFORMED);
    assert.deepEqual(await findParties(register.pool, { kind: 'school', urn: '990001' }, tsiProgramme()), {
      parties: held,
      gaps: [],
      authority: { code: '888', name: 'Lancashire' },
      region: 'North West',
    });
  });

  it('finds the authority of a maintained school and the diocese of a diocesan one', async () => {
    await schools(schoolCells(maintained));
    await people(MILLS, HEAD, ...NORTH_WEST, ...INFORMED);
    const { parties, gaps } = await findParties(register.pool, { kind: 'school', urn: '990001' }, tsiProgramme());
    assert.deepEqual(parties, { ...held, 'local-authority': ['authority'], diocese: ['diocese'] });
    assert.deepEqual(gaps, []);
  });

  it('reports every role that nobody holds, and how to fill it', async () => {
    await schools(schoolCells(maintained));
    const { parties, gaps } = await findParties(register.pool, { kind: 'school', urn: '990001' }, tsiProgramme());
    assert.deepEqual(parties, {});
    assert.deepEqual(
      gaps.map(({ role }) => role),
      ['regional-team', 'regional-senior', 'rdp', 'school', 'local-authority', 'diocese'],
    );
    assert.deepEqual(
      gaps.find(({ role }) => role === 'school'),
      {
        role: 'school',
        message: 'Nobody holds the role “school or trust” for the school Hillcrest Primary School (URN 990001).',
        remedy: 'Name somebody in a people file: chaser import people FILE',
      },
    );
  });

  it('uses the programme’s own role names, and leaves out roles that an answer fills or that the programme lacks', async () => {
    await schools(schoolCells(maintained));
    await people(MILLS, HEAD, ...NORTH_WEST, ...INFORMED);
    const { parties, gaps } = await findParties(register.pool, { kind: 'school', urn: '990001' }, mustLoadProgramme('si-2019-20'));
    assert.deepEqual(parties, { 'regional-team': ['team'], 'regional-senior': ['senior'], tsc: ['c-mills'], school: ['head'] });
    assert.deepEqual(gaps, []);
  });

  it('prefers the coordinator of the area to one of the whole region', async () => {
    await schools(schoolCells(), schoolCells({ URN: '990002', 'LA (code)': '352', 'LA (name)': 'Manchester' }));
    await people(MILLS, { id: 'whole', name: 'Whole Region', email: 'whole@x.example', role: 'rdp', region: 'North West' });
    const rdp = async (urn: string) => (await findParties(register.pool, { kind: 'school', urn }, tsiProgramme())).parties['rdp'];
    assert.deepEqual(await rdp('990001'), ['c-mills']);
    assert.deepEqual(await rdp('990002'), ['whole']);
  });

  it('takes the chief executive of a trust, and the region of its first open school', async () => {
    const trust = { 'Trusts (code)': '99001', 'Trusts (name)': 'Fernbank Learning Trust' };
    await schools(
      schoolCells({
        ...trust,
        'EstablishmentStatus (name)': 'Closed',
        'GOR (name)': 'London',
        'LA (code)': '320',
        'LA (name)': 'Waltham Forest',
      }),
      schoolCells({ ...trust, URN: '990003', 'GOR (name)': 'London', 'LA (code)': '320', 'LA (name)': 'Waltham Forest' }),
      schoolCells({ ...trust, URN: '990002' }),
    );
    await people(MILLS, HEAD, { id: 'ceo', name: 'Chief', email: 'ceo@x.example', role: 'school', trust: '99001' }, ...NORTH_WEST);
    assert.deepEqual(await findParties(register.pool, { kind: 'trust', trust: '99001' }, tsiProgramme()), {
      parties: { ...held, school: ['ceo'] },
      gaps: [],
      authority: { code: '888', name: 'Lancashire' },
      region: 'North West',
    });
  });

  it('says that a URN has six digits, rather than that the register is old', async () => {
    for (const urn of ['1', '990012x', '']) {
      const { gaps } = await findParties(register.pool, { kind: 'school', urn }, tsiProgramme());
      assert.deepEqual(
        gaps.map(({ message, remedy }) => [message, remedy]),
        [[`“${urn}” is not a URN.`, 'A URN has six digits, for example 990001. Look it up in the register.']],
      );
    }
  });

  it('reports that the register does not have a school or trust', async () => {
    const school = await findParties(register.pool, { kind: 'school', urn: '111111' }, tsiProgramme());
    assert.deepEqual(school, {
      parties: {},
      gaps: [
        {
          role: 'school',
          message: 'The register has no school with the URN 111111.',
          remedy: 'Bring the register up to date: chaser import schools FILE',
        },
      ],
      authority: null,
      region: '',
    });
    const trust = await findParties(register.pool, { kind: 'trust', trust: '1' }, tsiProgramme());
    assert.deepEqual(
      trust.gaps.map(({ role }) => role),
      ['school'],
    );
  });
});

describe('the sample', () => {
  it('lets a deployment of every school and trust be started, and can be loaded twice', async () => {
    await importSample(register.pool);
    await importSample(register.pool);
    const subjects = await rowsOf('SELECT urn FROM schools ORDER BY urn');
    assert.equal(subjects.length, 34);
    for (const { urn = '' } of subjects)
      assert.deepEqual((await findParties(register.pool, { kind: 'school', urn }, tsiProgramme())).gaps, []);
    for (const { id: trust = '' } of await rowsOf('SELECT id FROM trusts'))
      assert.deepEqual((await findParties(register.pool, { kind: 'trust', trust }, tsiProgramme())).gaps, []);
  });
});
