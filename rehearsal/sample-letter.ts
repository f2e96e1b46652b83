import type { ComposedEmail } from '../activities/ports.ts';
import { letterOf } from '../letters/letter-of.ts';
import type { LetterFacts } from '../letters/letter-of.ts';
import { createComposer } from '../mail/compose.ts';

/** Everything that a letter about invented people speaks of. */
export type Occasion = Omit<LetterFacts, 'key' | 'role' | 'facts'> & {
  /** As it stands in the letter's key: the rung's id, unless the same rung sends several. */
  readonly id: string;
  readonly facts: Omit<LetterFacts['facts'], 'region' | 'threadKey' | 'about' | 'names' | 'decides'> &
    Partial<Pick<LetterFacts['facts'], 'about' | 'names' | 'decides'>>;
};

const compose = createComposer({ messageIdDomain: 'preview.example' });

/** A letter as it would be sent, in the words of the post itself; its links lead nowhere. */
export function sampleLetter({ id, facts, ...occasion }: Occasion): ComposedEmail {
  const { kind, reference, step } = occasion;
  const letter = letterOf(
    {
      ...occasion,
      key: `${reference}/${step.id}/${facts.round}/${id}/sample`,
      role: facts.recipient.role,
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
