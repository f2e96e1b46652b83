import { raisableSteps } from '../../domain/changes/raise.ts';
import { titleOf } from '../../letters/teller.ts';
import { because } from './change-form.ts';
import type { ChangeForm } from './change-form.ts';

/** Unlike other changes, a raised step is told to nobody but those who are to see to it. */
const REASON_HINT =
  'A sentence or two. Whoever is to answer and the coordinator read it in an e-mail. Write nothing about anybody’s health or private life.';

export const RAISE: ChangeForm = {
  kind: 'raise',
  title: 'Raise a concern or ask for a change',
  lead: () => [
    'This opens a step that the programme allows at any time. We ask whoever has to answer it, and tell them and the coordinator why.',
    'Nothing closes and no date moves. What happens next depends on the answer.',
  ],
  fieldsOf: ({ chronology }) => {
    const steps = raisableSteps(chronology);
    if (steps.length === 0) return null;
    return [
      {
        kind: 'choice',
        id: 'step',
        label: 'What do you raise?',
        missing: 'Select what you raise',
        options: steps.map(({ id, title, owner }) => ({
          value: id,
          text: title,
          hint: `Asked of the ${titleOf(chronology.programme, owner)}`,
        })),
      },
      { ...because('What has happened?'), hint: REASON_HINT },
    ];
  },
  commandFrom: (said, by) => ({ kind: 'raise', step: said('step'), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'step'),
  button: 'Raise it',
  done: 'It is raised, and we are asking whoever has to answer.',
};
