import { raisableSteps } from '../../domain/changes/raise.ts';
import { titleOf } from '../../letters/teller.ts';
import { because } from './change-form.ts';
import type { ChangeForm } from './change-form.ts';

/** Unlike other changes, a raised step is told to nobody but those who are to see to it. */
const REASON_HINT =
  'A sentence or two. Whoever is to answer and the coordinator read it in an e-mail. Write nothing about anybody’s health or private life.';

export const RAISE: ChangeForm = {
  kind: 'raise',
  title: 'Raise something',
  lead: () => [
    'Opens a step that the programme provides for at any time. Whoever is to answer it is asked, and they and the coordinator are told why.',
    'Nothing that is open closes, and no date moves: what follows is decided by the answer.',
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
  done: 'It is raised, and whoever is to answer is asked.',
};
