import type { WithdrawnBy } from '../../domain/chronology/events.ts';
import { reopenableUntilMs } from '../../domain/changes/ends.ts';
import { because, isRunning } from './change-form.ts';
import type { ChangeForm } from './change-form.ts';

export const ON_WHOSE_ACCOUNT: Readonly<Record<WithdrawnBy, string>> = {
  school: 'The school or trust',
  'system-leader': 'The system leader',
  'trust-change': 'The school is moving to another trust',
  department: 'The Department',
};

export const WITHDRAW: ChangeForm = {
  kind: 'withdraw',
  title: 'End this deployment early',
  lead: () => ['Every open step closes, and we tell everybody who has been asked for anything. Nothing more is sent after that.'],
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
        label: 'Who or what brought this about?',
        missing: 'Select who or what brought this about',
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
  done: 'The deployment has ended.',
};

export const REOPEN: ChangeForm = {
  kind: 'reopen',
  title: 'Reopen this deployment',
  lead: () => ['Whatever was open when it ended opens again with new due dates, and we ask for it again.'],
  fieldsOf: ({ chronology, now }) => {
    const untilMs = reopenableUntilMs(chronology);
    return untilMs === null || Date.parse(now) >= untilMs ? null : [because()];
  },
  commandFrom: (said, by) => ({ kind: 'reopen', by, because: said('because') }),
  faultAt: () => 'because',
  button: 'Reopen the deployment',
  done: 'The deployment is open again.',
};
