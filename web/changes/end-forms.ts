import type { WithdrawnBy } from '../../domain/chronology/events.ts';
import { reopenableUntilMs } from '../../domain/changes/ends.ts';
import { because, isRunning } from './change-form.ts';
import type { ChangeForm } from './change-form.ts';

const ON_WHOSE_ACCOUNT: Readonly<Record<WithdrawnBy, string>> = {
  school: 'The school or trust',
  'system-leader': 'The system leader',
  'trust-change': 'The school changes its trust',
  department: 'The Department',
};

export const WITHDRAW: ChangeForm = {
  kind: 'withdraw',
  title: 'End this deployment',
  lead: () => ['Every open step closes, and everybody who has been asked for anything is told. Nothing more is sent after that.'],
  fieldsOf: (standing) => {
    if (!isRunning(standing)) return null;
    const { ends } = standing.chronology.programme;
    return [
      {
        kind: 'choice',
        id: 'end',
        label: 'How does it end?',
        missing: 'Select how it ends',
        options: Object.entries(ends).flatMap(([value, { title, outcome }]) => (outcome === 'completed' ? [] : [{ value, text: title }])),
      },
      {
        kind: 'choice',
        id: 'withdrawnBy',
        label: 'On whose account?',
        missing: 'Select on whose account it ends',
        options: Object.entries(ON_WHOSE_ACCOUNT).map(([value, text]) => ({ value, text })),
      },
      because(),
    ];
  },
  commandFrom: (said, by) => ({
    kind: 'withdraw',
    end: said('end'),
    // The value is one of the offered options, which are exactly these.
    withdrawnBy: said('withdrawnBy') as WithdrawnBy,
    by,
    because: said('because'),
  }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'end'),
  button: 'End the deployment',
  done: 'The deployment is ended.',
};

export const REOPEN: ChangeForm = {
  kind: 'reopen',
  title: 'Reopen this deployment',
  lead: () => ['It goes on: what was open when it ended opens again in a new round, with new due dates, and is asked for again.'],
  fieldsOf: ({ chronology, now }) => {
    const untilMs = reopenableUntilMs(chronology);
    return untilMs === null || Date.parse(now) >= untilMs ? null : [because()];
  },
  commandFrom: (said, by) => ({ kind: 'reopen', by, because: said('because') }),
  faultAt: () => 'because',
  button: 'Reopen the deployment',
  done: 'The deployment goes on.',
};
