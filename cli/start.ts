import { Command } from 'commander';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { programmeForStart } from '../desk/programmes-on-offer.ts';
import { readForm } from '../domain/forms/read-form.ts';
import { startDeployment } from '../desk/start-deployment.ts';
import { startForm } from '../domain/chronology/decide.ts';
import type { Instant, Subject } from '../domain/chronology/events.ts';
import { londonDate, londonMinute } from '../domain/time/london.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { withoutUnseen } from '../domain/unseen-characters.ts';
import { EXIT, Fault, print } from './output.ts';
import type { Opened } from './open.ts';
import { collect, mustBeMended, typedFields } from './typed-fields.ts';

const SOON_MS = 60_000;

/** How long a worker has to take the deployment and store it. */
const STORED_WITHIN_MS = 10_000;

/** `chaser start`: begins a deployment of a school or trust. */
export function startCommand(opened: Opened): Command {
  return new Command('start')
    .description('Start a deployment: find its people, check its dates, and begin to chase.')
    .option('--urn <urn>', 'the school to support, by its URN')
    .option('--trust <id>', 'the trust to support, by its group id')
    .option('--programme <id>', 'the programme', 'tsi-2022-23')
    .option('--reference <reference>', 'a reference of your own; the next free one unless told')
    .option('--with <name=value>', 'what the programme asks at the start; repeat for each field', collect, [])
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  chaser start --urn 990001\n  chaser start --trust 99001 --json\n  chaser start --urn 990001 --programme si-2019-20 --with tier=tier-2 \\\n    --with offeredBy=trust --with tscRegion=north\n\nExit codes: 0 started, 1 refused, 2 wrong use.',
    )
    .action(async (options: Options) => {
      const subject = subjectOf(options);
      const { started, programme } = await opened.withDesk(async (desk) => {
        const found = await programmeForStart(desk.db, options.programme, subject);
        if (!found.ok) throw new Fault(found.reason, found.reason.kind === 'unknown-programme' ? EXIT.usage : EXIT.refused);
        const { fields: facts, problems } = readForm(startForm(found.value, subject), typedFields(options.with));
        mustBeMended(problems);
        const reference = options.reference === undefined ? {} : { reference: options.reference };
        const request = { subject, programme: found.value, facts, ...reference };
        return { programme: found.value, started: await startDeployment(desk, request, { storedWithinMs: STORED_WITHIN_MS }) };
      });
      if (!started.ok) throw new Fault(started.reason);
      print(options.json === true, started.value, () =>
        [
          `Started deployment ${started.value.reference} of ${programme.title}.`,
          ...started.value.opened.map(({ step, dueOn }) => `  ${programme.steps[step]?.title ?? step}: due ${longDateWithWeekday(dueOn)}`),
          ...lettersLeave(started.value.firstLettersAt),
          ...started.value.notes.map((note) => `  Note: ${note}`),
          ...(started.value.stored
            ? [`See it with: chaser status ${started.value.reference}`]
            : [
                `  No worker has taken it within ${STORED_WITHIN_MS / 1_000} seconds. It begins as soon as one does: chaser doctor`,
                `Then see it with: chaser status ${started.value.reference}`,
              ]),
        ].join('\n'),
      );
    });
}

type Options = {
  readonly urn?: string;
  readonly trust?: string;
  readonly programme: string;
  readonly reference?: string;
  readonly with: readonly string[];
  readonly json?: true;
};

/** Printed when letters do not leave at once, because they keep to sending hours. */
function lettersLeave(at: Instant | null): readonly string[] {
  if (at === null || Date.parse(at) < nowMs() + SOON_MS) return [];
  const atMs = Date.parse(at);
  const minute = londonMinute(atMs);
  const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return [`  The first letters leave on ${longDateWithWeekday(londonDate(atMs))} from ${time}: it is not sending hours now.`];
}

function subjectOf({ urn, trust }: { readonly urn?: string; readonly trust?: string }): Subject {
  if (urn !== undefined && trust === undefined) return { kind: 'school', urn: withoutUnseen(urn).trim() };
  if (trust !== undefined && urn === undefined) return { kind: 'trust', trust: withoutUnseen(trust).trim() };
  throw new Fault(
    { kind: 'usage', message: 'A deployment supports one school or one trust.', remedy: 'Give either --urn URN or --trust ID.' },
    EXIT.usage,
  );
}
