import type { ComposedEmail, Letter } from '../activities/ports.ts';
import { ANSWERABLE } from '../letters/kind-words.ts';
import { letterOf } from '../letters/letter-of.ts';
import type { LetterFacts } from '../letters/letter-of.ts';
import { createComposer } from '../mail/compose.ts';

/** Everything that a letter about invented people mentions. */
export type Occasion = Omit<LetterFacts, 'key' | 'role' | 'entries' | 'facts'> & {
  /** The rung as it stands in the letter's key: its id, unless the same rung sends several letters. */
  readonly id: string;
  readonly facts: Omit<LetterFacts['facts'], 'region' | 'threadKey' | 'about' | 'names' | 'decides'> &
    Partial<Pick<LetterFacts['facts'], 'about' | 'names' | 'decides'>>;
};

const compose = createComposer({ messageIdDomain: 'preview.example', from: { name: 'Chaser', address: 'chaser@preview.example' } });

/** A letter composed exactly as the mailroom would; its links lead nowhere. */
export function sampleLetter(occasion: Occasion): ComposedEmail {
  const letter = letterOn(occasion, 'North West');
  return compose({ id: letter.key, claim: 'sample', perhapsSent: false, sequences: {}, letters: [letter] });
}

/** The content of a letter; its links lead nowhere. */
export function letterOn({ id, facts, ...occasion }: Occasion, region: string): Letter {
  const { kind, reference, step } = occasion;
  return letterOf(
    {
      ...occasion,
      key: `${reference}/${step.id}/${facts.round}/${id}/sample`,
      role: facts.recipient.role,
      entries: [],
      facts: { about: null, names: {}, decides: null, ...facts, region, threadKey: null },
    },
    {
      link: ANSWERABLE.has(kind) ? 'https://chaser.example/a/sample' : null,
      pages: {
        answer: `https://chaser.example/deployments/${reference}/answer/${step.id}`,
        deployment: `https://chaser.example/deployments/${reference}`,
        today: 'https://chaser.example/',
      },
    },
  );
}
