import type { ComposedEmail } from '../activities/ports.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Programme, Step } from '../domain/programme.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import { createComposer } from '../mail/compose.ts';
import { letterOf } from '../postgres/ledger/letters.ts';
import type { LetterRow } from '../postgres/ledger/letters.ts';

/** Everything that a letter about invented people speaks of. */
export type Occasion = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly step: Step;
  readonly reference: string;
  readonly kind: LetterKind;
  /** As it stands in the letter's key: the rung's id, unless the same rung sends several. */
  readonly id: string;
  readonly rung: string;
  readonly writtenAt: string;
  readonly facts: Omit<LetterRow['facts'], 'region' | 'threadKey' | 'about' | 'names' | 'decides'> &
    Partial<Pick<LetterRow['facts'], 'about' | 'names' | 'decides'>>;
};

const compose = createComposer({ messageIdDomain: 'preview.example' });

/** A letter as it would be sent, in the words of the post itself; its links lead nowhere. */
export function sampleLetter(occasion: Occasion): ComposedEmail {
  const { kind, reference, step, facts } = occasion;
  const letter = letterOf(
    {
      key: `${reference}/${step.id}/${facts.round}/${occasion.id}/sample`,
      envelope: 'sample',
      kind,
      reference,
      role: facts.recipient.role,
      person: 'sample',
      standing: { kind, stepState: 'open', deployment: 'running', stillHoldsRole: true, recipient: { addressRefused: false } },
      writtenAt: occasion.writtenAt,
      waitedMs: 0,
      sentThatDay: 0,
      rung: occasion.rung,
      linkGeneration: 1,
      stop: null,
      programme: occasion.programme,
      calendar: occasion.calendar,
      step,
      facts: { about: null, names: {}, decides: null, ...facts, region: 'North West', threadKey: null },
    },
    {
      link: kind === 'request' || kind === 'reminder' || kind === 'overdue' ? 'https://chaser.example/a/sample' : null,
      pages: {
        answer: `https://chaser.example/deployments/${reference}/answer/${step.id}`,
        today: 'https://chaser.example/',
      },
    },
  );
  return compose({ id: letter.key, claim: 'sample', letters: [letter] });
}
