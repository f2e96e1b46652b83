import { Command } from 'commander';
import type pg from 'pg';
import { runningStops, stopWords, waitedWords } from '../desk/standing-words.ts';
import { stopOf } from '../domain/chronology/chronology.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { dateAndTime } from '../domain/time/time-words.ts';
import { listDeploymentNotes } from '../postgres/desk/deployment-notes.ts';
import { listMessages, listParties, listSteps, listTasks } from '../postgres/views/deployments.ts';
import type { StepLine } from '../postgres/views/deployments.ts';
import { mustFindDeployment, mustReadChronology } from './must-find.ts';
import { Fault, print, table } from './output.ts';
import type { Opened } from './open.ts';
import { asReference } from './reference.ts';

/** `chaser status`: one deployment, its steps, people and tasks. */
export function statusCommand(opened: Opened): Command {
  return new Command('status')
    .description('Show one deployment: who it is waiting for, steps with due dates, people, calls, escalations and notes.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  chaser status D00001')
    .action(async (reference: string, options: { json?: true }) => {
      const { status, words } = await opened.withDatabase(async (db) => {
        const found = await mustFindDeployment(db, reference);
        const standing = await standingNow(db, reference);
        const status = {
          ...found,
          stops: standing.stops,
          steps: (await listSteps(db, reference)).map((step) => ({ ...step, clockStands: standing.stands(step) })),
          parties: await listParties(db, reference),
          tasks: await listTasks(db, reference),
          notes: await listDeploymentNotes(db, reference),
        };
        return { status, words: standing.words };
      });
      print(options.json === true, status, () =>
        [
          `${status.reference}  ${status.subject}, ${status.region}  (${status.programme}, ${status.endedAs ?? status.status})`,
          status.court === null
            ? 'Waiting for nobody.'
            : `Waiting for: ${status.court.people.join(', ') || 'nobody named'} (${status.court.role}) since ${longDate(londonDate(Date.parse(status.court.since)))}`,
          ...words,
          '',
          table(
            ['Step', 'Round', 'Owner', 'Opened', 'Due', 'State'],
            status.steps.map((step) => [
              step.step,
              String(step.round),
              [step.owner, ...step.jointOwners].join(' + '),
              step.openedOn,
              step.dueOn,
              stateOf(step),
            ]),
          ),
          '',
          table(
            ['Role', 'Name', 'E-mail', 'Telephone'],
            status.parties.map(({ role, name, email, telephone }) => [role, name, email, telephone ?? '']),
          ),
          ...(status.tasks.length === 0
            ? []
            : [
                '',
                table(
                  ['Task', 'About', 'For', 'Opened', 'Closed'],
                  status.tasks.map(({ kind, step, detail, person, openedAt, closedAt, outcome }) => [
                    kind,
                    step ?? detail,
                    person ?? 'nobody named',
                    openedAt.slice(0, 10),
                    closedAt === null ? 'open' : `${closedAt.slice(0, 10)}, ${outcome}`,
                  ]),
                ),
              ]),
          ...status.notes.flatMap(({ by, at, words }) => [
            '',
            `Note by ${by}, ${dateAndTime(at)}:`,
            ...words.split('\n').map((line) => `  ${line}`),
          ]),
        ].join('\n'),
      );
    });
}

/** `chaser explain`: why each due date of a deployment is what it is. */
export function explainCommand(opened: Opened): Command {
  return new Command('explain')
    .description('Explain how the due dates of a deployment came about.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .argument('[step]', 'only this step')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  chaser explain D00001\n  chaser explain D00001 confirm-participation')
    .action(async (reference: string, only: string | undefined, options: { json?: true }) => {
      const steps = await opened.withDatabase(async (db) => {
        await mustFindDeployment(db, reference);
        return (await listSteps(db, reference)).filter(({ step }) => only === undefined || step === only);
      });
      if (steps.length === 0) {
        throw new Fault({
          kind: 'unknown-step',
          message: `Step "${only}" has not opened in ${reference}.`,
          remedy: `See its steps with: chaser status ${reference}`,
        });
      }
      print(
        options.json === true,
        steps.map(({ step, round, dueOn, originalDueOn, explanation, calendarVersion }) => ({
          step,
          round,
          dueOn,
          originalDueOn,
          calendarVersion,
          explanation,
        })),
        () =>
          steps
            .map((step) =>
              [
                `${step.step}, round ${step.round}: due ${longDate(step.dueOn)}`,
                ...step.explanation.map(({ text }) => `  ${text}`),
                `  Calendar ${step.calendarVersion}`,
              ].join('\n'),
            )
            .join('\n\n'),
      );
    });
}

/** `chaser messages`: every letter, sent or not, with its state and the reason. */
export function messagesCommand(opened: Opened): Command {
  return new Command('messages')
    .description('List every message of a deployment: sent, waiting, or not sent and why.')
    .argument('<reference>', 'the deployment, for example D00001', asReference)
    .option('--text', 'with the words of each')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  chaser messages D00001\n  chaser messages D00001 --text')
    .action(async (reference: string, options: { text?: true; json?: true }) => {
      const messages = await opened.withDatabase(async (db) => {
        await mustFindDeployment(db, reference);
        return listMessages(db, reference);
      });
      print(options.json === true, messages, () =>
        options.text === true
          ? messages
              .map(
                (message) =>
                  `${message.writtenAt}  ${message.state}  to ${message.name ?? message.person}\n${message.subject ?? ''}\n\n${message.text ?? message.reason ?? ''}`,
              )
              .join(`\n${'-'.repeat(72)}\n`)
          : table(
              ['Written', 'State', 'Kind', 'Step', 'To', 'Subject or reason'],
              messages.map((message) => [
                message.writtenAt.slice(0, 16).replace('T', ' '),
                message.state,
                message.kind,
                `${message.step}/${message.round}`,
                message.name ?? message.person,
                message.subject ?? message.reason ?? '',
              ]),
            ),
      );
    });
}

/** The stopped clocks, and what the pages say of them and of the days that each party took. */
async function standingNow(db: pg.Pool, reference: string) {
  const { chronology, now } = await mustReadChronology(db, reference);
  const today = londonDate(Date.parse(now));
  const stops = runningStops(chronology);
  const waited = waitedWords(chronology, today);
  return {
    stops: stops.map(({ stop, scope, from, category, because, expectedEnd }) => ({ stop, scope, from, category, because, expectedEnd })),
    words: [
      ...(waited === null ? [] : [waited]),
      ...stops.flatMap((stop) => {
        const { text, expected } = stopWords(chronology, stop, today);
        return [text, expected];
      }),
    ],
    stands: (step: StepLine) => step.state === 'open' && stopOf(chronology, step) !== undefined,
  };
}

function stateOf(step: StepLine & { readonly clockStands: boolean }): string {
  if (step.state === 'open') return `open${step.optional ? ' (optional)' : ''}${step.clockStands ? ', paused' : ''}`;
  if (step.state === 'answered') return `answered ${step.answer} by ${step.answeredBy ?? ''}`;
  return step.closedBecause === null ? step.state : `${step.state}: ${step.closedBecause}`;
}
