import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import { readProgramme } from '../../postgres/pinned/pinned.ts';
import type { Db } from '../../postgres/database.ts';
import type { Tour } from '../../postgres/sandbox/tour.ts';
import { urls } from '../shared/urls.ts';

/** One step of the guided tour: what to do, and whether it has been done. */
export type TourStep = {
  readonly title: string;
  readonly state: 'done' | 'now' | 'later';
  readonly says: readonly string[];
  readonly link: { readonly text: string; readonly href: string } | null;
  /** Whether the step is done in the mailbox. */
  readonly inMailbox: boolean;
};

/** The steps of the tour as they stand, and whether all are done. What is done is what was recorded. */
export async function tourSteps(db: Db, { deployment }: Tour): Promise<readonly TourStep[]> {
  const programme = deployment === null ? null : await readProgramme(db, deployment.programme, deployment.programmeVersion);
  const roleTitle = (role: string | undefined) => (role === undefined ? undefined : (programme?.roles[role]?.title ?? role));
  const waits = deployment?.waitsFor ?? null;
  const waiting =
    waits === null
      ? []
      : [
          `It waits for ${waits.people.join(', ')} (${roleTitle(waits.role)}): “${programme?.steps[waits.step]?.title ?? waits.step}”, due on ${longDateWithWeekday(waits.dueOn)}.`,
        ];
  const toDeployment = deployment === null ? null : { text: `See ${deployment.reference}`, href: urls.deployment(deployment.reference) };
  const [first, second] = deployment?.answeredByLink ?? [];
  const steps = [
    {
      title: 'Be the coordinator',
      done: deployment !== null,
      says:
        deployment === null
          ? ['Start a deployment of a school or trust that has none.', 'Chaser then asks the first person by e-mail.']
          : [`You started ${deployment.reference}, ${deployment.subjectName}.`],
      link: deployment === null ? { text: 'Start a deployment', href: urls.startDeployment() } : toDeployment,
      inMailbox: false,
    },
    {
      title: 'Be the region',
      done: first !== undefined,
      says:
        first === undefined
          ? [
              ...waiting,
              'Open the newest e-mail to them, follow its link and answer.',
              'No e-mail yet? It leaves in sending hours: move time on until something happens.',
            ]
          : [`You answered from the e-mail, without signing in (${roleTitle(first)}).`],
      link: null,
      inMailbox: first === undefined,
    },
    {
      title: 'Be silent',
      done: (deployment?.chases ?? 0) > 0,
      says:
        (deployment?.chases ?? 0) > 0
          ? [`Nobody answered, so Chaser sent ${counted(deployment?.chases ?? 0, 'letter', 'letters')}. The first was a reminder.`]
          : [
              ...waiting,
              'Answer nothing. Move time on until something happens, until a reminder is in the mailbox.',
              'Go on for as long as you like: an overdue notice, a call and an escalation follow.',
            ],
      link: null,
      inMailbox: false,
    },
    {
      title: 'Be the head',
      done: second !== undefined,
      says:
        second === undefined
          ? [...waiting, 'Open the newest e-mail to them, follow its link and answer.']
          : [`Your answer was recorded at once (${roleTitle(second)}), and the next person is asked. That is the end of the tour.`],
      link: second === undefined ? null : toDeployment,
      inMailbox: second === undefined,
    },
  ];
  const now = steps.findIndex(({ done }) => !done);
  return steps.map(({ done, ...step }, at) => ({
    ...step,
    state: done ? 'done' : at === now ? 'now' : 'later',
    says: done || at === now ? step.says : [],
    inMailbox: step.inMailbox && at === now,
  }));
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
