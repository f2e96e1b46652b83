import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ownersOf } from '../domain/programme.ts';
import type { Programme, RoleId, Step } from '../domain/programme.ts';
import { listProgrammes } from './load-programmes.ts';
import { mustLoad } from '../tests/kit/chronology.ts';

const TOLD = /\b(?:is|are|will be) told\b|\bhears? of\b/;

/** A sentence of a step that says somebody is told, and the roles that it names before it says so. */
type Promise = { readonly step: string; readonly sentence: string; readonly roles: readonly RoleId[] };

/** Every sentence in the texts of a programme that says of somebody that they are told. */
function promisesOf(programme: Programme): readonly Promise[] {
  return Object.values(programme.steps).flatMap((step) =>
    [step.ask, ...Object.values(step.askWith), step.next]
      .flatMap((text) => text.split(/(?<=[.?])\s+/))
      .flatMap((sentence) => {
        const at = sentence.search(TOLD);
        return at === -1 ? [] : [{ step: step.id, sentence, roles: rolesIn(programme, sentence.slice(0, at)) }];
      }),
  );
}

function rolesIn(programme: Programme, text: string): readonly RoleId[] {
  return Object.entries(programme.roles).flatMap(([id, { title }]) =>
    text.includes(`{${id}}`) || text.toLowerCase().includes(title.toLowerCase()) ? [id] : [],
  );
}

/** Who is written to by a step or by what its answers open: by a notice, or because they are asked. */
function writtenTo(programme: Programme, step: Step): ReadonlySet<RoleId> {
  const opened = step.answers.flatMap(({ opens }) => opens.flatMap((id) => programme.steps[id] ?? []));
  const notices = [step, ...opened].flatMap(({ ladder }) =>
    ladder.flatMap(({ kind, to }) => (kind === 'notice' && to !== null ? [to] : [])),
  );
  return new Set([...notices, ...opened.filter(({ automatic }) => automatic === null).flatMap(ownersOf)]);
}

describe('whoever a text says is told', () => {
  for (const id of listProgrammes()) {
    it(`is written to by ${id}`, () => {
      const programme = mustLoad(id);
      const promises = promisesOf(programme);
      assert.ok(promises.length > 0, `${id} says of nobody that they are told`);
      for (const { step, sentence, roles } of promises) {
        const found = programme.steps[step];
        assert.ok(found !== undefined);
        const told = writtenTo(programme, found);
        for (const role of roles) assert.ok(told.has(role), `${step}: nothing tells the ${role}, yet it says: ${sentence}`);
      }
    });
  }

  it('is found in the words of the programmes', () => {
    const promises = promisesOf(mustLoad('tsi-2022-23')).map(({ step, roles }) => `${step}: ${roles.join(', ')}`);
    for (const promise of [
      'contact-school: local-authority',
      'confirm-system-leader: rdp, system-leader',
      'confirm-system-leader: regional-team, rdp, system-leader',
      'approve-match: rdp, system-leader, school',
      'pay-support: system-leader',
      'follow-up-call: regional-team',
      'update-regional-team: regional-team',
    ]) {
      assert.ok(promises.includes(promise), `${promise}\n${promises.join('\n')}`);
    }
  });
});
