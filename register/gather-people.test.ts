import assert from 'node:assert/strict';
import { afterAll, describe, it } from 'vitest';
import { gatherPeople } from './gather-people.ts';
import { readPeopleFile } from './import-people.ts';
import { SAMPLE_PEOPLE } from './import-sample.ts';
import { csvOf, rowOf, testFiles } from '../tests/kit/files.ts';

const MILLS = { id: 'c-mills', name: 'Carys Mills', email: 'c.mills@delivery.example', role: 'system-leader' } as const;
const AREA = { ...MILLS, role: 'rdp', region: 'north west', area: 'fells', area_name: 'The Fells', authorities: '909; 888;909' } as const;

type Cells = Readonly<Record<string, string>>;
const gather = (...rows: readonly Cells[]) => gatherPeople(rows.map((cells, index) => rowOf(cells, index + 2)));
const faults = (...rows: readonly Cells[]) => gather(...rows).findings.map(({ line, column, taken }) => [line, column, taken]);

describe('a row of a people file', () => {
  it('is a person with a role', () => {
    const { people, rejected, findings } = gather({ ...MILLS, telephone: '01632 960401', job_title: 'Chief executive' });
    const place = { region: '', area: '', urn: '', trust: '', authority: '', diocese: '' };
    assert.deepEqual(people, [
      {
        id: 'c-mills',
        line: 2,
        name: 'Carys Mills',
        email: 'c.mills@delivery.example',
        telephone: '01632 960401',
        jobTitle: 'Chief executive',
        roles: [{ line: 2, role: 'system-leader', ...place }],
        rows: 1,
        incomplete: false,
      },
    ]);
    assert.deepEqual([rejected, findings], [0, []]);
  });

  it('is left out when its id is malformed', () => {
    for (const id of ['', 'C-Mills', 'c mills', 'c--mills', '-c', 'c/mills', 'é', 'chaser'])
      assert.deepEqual(faults({ ...MILLS, id }), [[2, 'id', false]]);
  });

  it('is left out when something that cannot be seen stands in its address, which the finding names', () => {
    for (const [email, named] of [
      ['c.mills\u200b@delivery.example', 'a zero-width space (U+200B) after “c.mills”'],
      ['\u202ac.mills@delivery.example', 'a character that cannot be seen (U+202A) at its beginning'],
      ['c.mills@deli\u00advery.example', 'a soft hyphen (U+00AD) after “c.mills@deli”'],
    ] as const) {
      const [finding, ...more] = gather({ ...MILLS, email }).findings;
      assert.deepEqual([finding?.message, more], [`The email is not an e-mail address: it holds ${named}.`, []]);
    }
  });

  it('is left out when something that cannot be seen stands in its name, and has no name when it is nothing else', () => {
    assert.equal(
      gather({ ...MILLS, name: 'Carys\u200bMills' }).findings[0]?.message,
      'The name holds a zero-width space (U+200B) after “Carys”.',
    );
    assert.match(gather({ ...MILLS, name: '\ufeff\u200b' }).findings[0]?.message ?? '', /has no name/);
    assert.match(
      gather({ ...MILLS, id: '\ufeffc-mills' }).findings[0]?.message ?? '',
      /holds a byte order mark \(U\+FEFF\) at its beginning\.$/,
    );
  });

  it('keeps commas, quotation marks and apostrophes in names, and apostrophes in addresses', () => {
    const { people, findings } = gather({ ...MILLS, name: 'Siân O’Neill-d\'Arcy, "Zo"', email: "s.o'neill@delivery.example" });
    assert.deepEqual([people[0]?.name, people[0]?.email, findings], ['Siân O’Neill-d\'Arcy, "Zo"', "s.o'neill@delivery.example", []]);
  });

  it('is left out when its address is not exactly one address', () => {
    for (const email of [
      'c.mills',
      '@delivery.example',
      'c.mills@',
      'c.mills@delivery',
      'c@mills@delivery.example',
      'c mills@delivery.example',
      'a@x.example,b@x.example',
      'Carys <c@x.example>',
      'c.mills@delivery.example\nBcc: all@x.example',
      'c\u0000@x.example',
      '.c@x.example',
      'c..m@x.example',
      'c@-x.example',
      'c@x..example',
      '"c"@x.example',
      'c@x.example\r\n',
      'c@exämple.example',
      `${'c'.repeat(65)}@x.example`,
    ]) {
      assert.deepEqual(faults({ ...MILLS, email }), [[2, 'email', false]], email);
    }
  });

  it('is accepted with unusual but valid addresses', () => {
    for (const email of ["o'neill@x.example", 'a+b@x.example', 'A.B@X-Y.example', 'a_b@sub.x.example'])
      assert.deepEqual(faults({ ...MILLS, email }), []);
  });

  it('is left out when its name would break a line of an e-mail, and does not break the report', () => {
    const { findings, people } = gather({ ...MILLS, name: 'Eve\r\nBcc: all@x.example' });
    assert.deepEqual(people, []);
    assert.deepEqual(findings, [
      {
        line: 2,
        column: 'name',
        message: 'The name holds a line break or another character that cannot be printed.',
        remedy: "Write the person's name as one line of plain text.",
        taken: false,
      },
    ]);
  });

  it('is left out with an unknown role, or without what its role needs', () => {
    assert.deepEqual(faults({ ...MILLS, role: 'head' }), [[2, 'role', false]]);
    assert.deepEqual(faults({ ...MILLS, role: '' }), [[2, 'role', false]]);
    assert.deepEqual(faults({ ...MILLS, role: 'constructor' }), [[2, 'role', false]]);
    for (const role of ['regional-team', 'regional-senior', 'rdp']) assert.deepEqual(faults({ ...MILLS, role }), [[2, 'region', false]]);
    assert.deepEqual(faults({ ...MILLS, role: 'local-authority' }), [[2, 'authority', false]]);
    assert.deepEqual(faults({ ...MILLS, role: 'diocese' }), [[2, 'diocese', false]]);
    assert.deepEqual(faults({ ...MILLS, role: 'school' }), [[2, 'urn', false]]);
    assert.deepEqual(faults({ ...MILLS, role: 'school', urn: '990001', trust: '99001' }), [[2, 'urn', false]]);
    assert.deepEqual(faults({ ...MILLS, role: 'regional-team', region: 'North' }), [[2, 'region', false]]);
  });

  it('says which value is wrong and why', () => {
    assert.deepEqual(
      gather({ ...MILLS, role: 'head', telephone: 'ask' })
        .findings.map(({ message }) => message)
        .toSorted(),
      ['The role "head" is not known.', 'The telephone "ask" is not a telephone number.'],
    );
    assert.equal(
      gather({ ...MILLS, role: 'school' }).findings[0]?.message,
      'The urn is missing, and so is trust: a school needs one of them.',
    );
  });

  it('is accepted when it fills columns that its role ignores, and the report says so', () => {
    const { people, findings } = gather({ ...MILLS, role: 'school', urn: '990001', region: 'London' });
    assert.equal(people[0]?.roles[0]?.region, '');
    assert.deepEqual(
      findings.map(({ column, taken }) => [column, taken]),
      [['region', true]],
    );
  });
});

describe('several rows', () => {
  it('with one id are one person with several roles, and need not repeat the details', () => {
    const { people } = gather(MILLS, { id: 'c-mills', role: 'school', trust: '99001', telephone: '1632960401' });
    assert.equal(people.length, 1);
    assert.deepEqual(
      people[0]?.roles.map(({ role }) => role),
      ['system-leader', 'school'],
    );
    assert.equal(people[0]?.telephone, '01632960401');
  });

  it('keep the earlier one when they contradict each other', () => {
    const { people, findings } = gather(MILLS, { ...MILLS, name: 'Carol Mills', role: 'school', urn: '990001' });
    assert.deepEqual(
      people.map(({ name, roles, incomplete }) => [name, roles.length, incomplete]),
      [['Carys Mills', 1, true]],
    );
    assert.deepEqual(
      findings.map(({ line, column, message }) => [line, column, message]),
      [[3, 'name', 'The name of "c-mills" was "Carys Mills" on line 2, and is "Carol Mills" here.']],
    );
  });

  it("must repeat the details when the person's first row is left out", () => {
    assert.deepEqual(faults({ ...MILLS, email: 'x' }, { id: 'c-mills', role: 'system-leader' }), [
      [2, 'email', false],
      [3, 'name', false],
    ]);
  });

  it('with one address keep the first person, whatever the case of letters', () => {
    assert.deepEqual(faults(MILLS, { ...MILLS, id: 'other', email: 'C.MILLS@delivery.example' }), [[3, 'email', false]]);
  });

  it('make an area with its authorities', () => {
    const { areas, findings } = gather(AREA, { ...AREA, id: 'other', email: 'o@delivery.example', area_name: '', authorities: '' });
    assert.deepEqual(areas, [{ id: 'fells', line: 2, name: 'The Fells', region: 'North West', authorities: ['888', '909'] }]);
    assert.deepEqual(findings, []);
  });

  it('keep the earlier one when they contradict each other about an area', () => {
    const other = { ...AREA, id: 'other', email: 'o@delivery.example' };
    assert.deepEqual(faults(AREA, { ...other, authorities: '888;909' }), []);
    assert.deepEqual(faults(AREA, { ...other, authorities: '888' }), [[3, 'authorities', false]]);
    assert.deepEqual(faults(AREA, { ...other, area_name: 'Fells' }), [[3, 'area_name', false]]);
    assert.deepEqual(faults(AREA, { ...other, region: 'London' }), [[3, 'region', false]]);
    assert.deepEqual(faults({ ...AREA, authorities: '' }), [[2, 'authorities', false]]);
    assert.deepEqual(faults({ ...AREA, area_name: '' }), [[2, 'area_name', false]]);
    assert.deepEqual(faults({ ...AREA, authorities: '888,909' }), [[2, 'authorities', false]]);
  });
});

describe('a people file', () => {
  const files = testFiles();
  afterAll(() => files.remove());

  it('is refused without its required columns, or without rows', async () => {
    const wrong = await readPeopleFile(files.write('id,name\nc-mills,Carys Mills\n', 'people.csv'));
    assert.equal(!wrong.ok && wrong.reason.message, 'people.csv, line 1: the header has no columns "email", "role".');
    const none = await readPeopleFile(files.write('id,name,email,role\n'));
    assert.equal(!none.ok && none.reason.kind, 'no-rows');
  });

  it('counts unreadable rows among those left out', async () => {
    const read = await readPeopleFile(files.write(`${csvOf([MILLS, { ...MILLS, id: '' }], '\n')}a,"b,c,d\n`));
    assert.ok(read.ok);
    assert.deepEqual([read.value.read, read.value.people.length, read.value.rejected], [3, 1, 2]);
    assert.deepEqual(
      read.value.findings.map(({ line }) => line),
      [3, 4],
    );
  });

  it('that comes with Chaser has no faults, and only addresses that nobody can have', async () => {
    const read = await readPeopleFile(SAMPLE_PEOPLE);
    assert.ok(read.ok);
    assert.deepEqual(read.value.findings, []);
    assert.deepEqual(
      read.value.people.filter(({ email }) => !email.endsWith('.example')),
      [],
    );
    // Ofcom keeps these numbers for drama.
    const DRAMA = /^(?:01632 960\d{3}|01(?:13|14|21|61) 496 0\d{3}|020 7946 0\d{3})$/;
    assert.deepEqual(
      read.value.people.filter(({ telephone }) => !DRAMA.test(telephone)),
      [],
    );
  });
});
