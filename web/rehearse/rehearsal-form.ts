import { z } from 'zod';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { authoritiesOf, calendarFor, findAuthority } from '../../calendars/calendar-book.ts';
import type { CalendarBook } from '../../calendars/calendar-book.ts';
import { londonDate } from '../../domain/time/london.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { ok, refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { capitalised } from '../../domain/words.ts';
import { days } from '../../rehearsal/as-html.ts';
import { busiestInWords, findingsByKind, timeOf } from '../../rehearsal/as-text.ts';
import { pictureOf } from '../../rehearsal/picture.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import type { Rehearsal, RehearsalRequest } from '../../rehearsal/rehearse.ts';
import { readScenario } from '../../rehearsal/read-scenario.ts';
import { EVERYONE, isEveryone } from '../../rehearsal/scenario.ts';
import type { Scenario } from '../../rehearsal/scenario.ts';
import { typedDate } from '../answer/read-fields.ts';
import { exampleDay } from '../shared/example-day.ts';

const word = z
  .string()
  .transform((given) => given.trim().slice(0, 100))
  .catch('');
const FORM = z.object({
  start: word,
  authority: word,
  subject: word,
  everyone: word,
  silent: z.union([word.transform((one) => [one]), z.array(word)]).catch([]),
  letters: word,
});

/** The fields of the form for a rehearsal. */
export type RehearsalForm = z.infer<typeof FORM> & {
  /** What is chosen for the fields that are asked at the start. */
  readonly facts: Readonly<Record<string, string>>;
};

const EMPTY: RehearsalForm = { start: '', authority: '', subject: '', everyone: '', silent: [], letters: '', facts: {} };
/** The prefix of fields that are asked at the start. */
const AT_THE_START = 'starts-';
const CHOSEN = z.record(z.string(), z.unknown()).catch({});

export function readRehearsalForm(given: unknown): RehearsalForm {
  const form = FORM.catch(EMPTY).parse(given ?? {});
  const facts = Object.entries(CHOSEN.parse(given ?? {})).flatMap(([name, value]): [string, string][] =>
    name.startsWith(AT_THE_START) && typeof value === 'string' && value !== '' ? [[name.slice(AT_THE_START.length), value]] : [],
  );
  // An address names the day in one word; the form has three inputs.
  const start = form.start === '' ? typedDate(CHOSEN.parse(given ?? {}), 'start') : form.start;
  return { ...form, start, silent: form.silent.filter((role) => role !== ''), facts: Object.fromEntries(facts) };
}

/**
 * The rehearsal that a form asks for, on the dates of a book, with what it was made of. A scenario, given as YAML, says what
 * everyone does and, where the form leaves it open, when and where it starts. A refusal gives the reason and the field to correct.
 */
export function rehearseForm(
  programme: Programme,
  form: RehearsalForm,
  book: CalendarBook,
  scenario: string | null = null,
): Result<{ readonly request: RehearsalRequest; readonly rehearsal: Rehearsal }, Reason> {
  const read = scenario === null ? null : readScenario(scenario, 'scenario', programme);
  if (read !== null && read.file === null) {
    const message = read.findings.map(({ line, what, remedy }) => `Line ${line} of the scenario: ${what}. ${remedy}`).join(' ');
    return refused({ kind: 'faulty-scenario', message, remedy: 'Correct the scenario, and rehearse it again.' });
  }
  const file = read?.file ?? null;
  const startsOn = form.start === '' && file !== null ? file.start : parsePlainDate(form.start);
  if (startsOn === undefined || startsOn === null) return refused(badStart());
  const named = form.authority === '' ? (file?.authority ?? '') : form.authority;
  const authority = named === '' ? null : findAuthority(book, named);
  if (authority?.ok === false) return authority;
  const calendar = calendarFor(book, { ...authority?.value, assumed: programme.assumedTermCalendars });
  if (!calendar.ok) return calendar;
  const request: RehearsalRequest = {
    programme,
    calendar: calendar.value,
    subject: file?.subject ?? (form.subject === 'trust' ? 'trust' : 'school'),
    startsOn,
    scenario: file?.scenario ?? scenarioOf(programme, form),
    facts: { ...file?.facts, ...form.facts },
    letters: form.letters === 'yes',
  };
  const rehearsal = rehearse(request);
  return rehearsal.ok ? ok({ request, rehearsal: rehearsal.value }) : rehearsal;
}

function badStart(): Reason {
  const remedy = `For example, ${exampleDay(londonDate(nowMs()), 14)}.`;
  return { kind: 'bad-date', message: 'The start date must be a real date.', remedy };
}

/** What is wrong with the start date, beside whatever else is wrong. A start date that is left empty is no fault: nothing is played. */
export function startFault({ start }: RehearsalForm): readonly { readonly text: string; readonly href: string }[] {
  if (start === '' || parsePlainDate(start) !== undefined) return [];
  const { message, remedy } = badStart();
  return [{ text: `${message} ${remedy}`, href: '#start-day' }];
}

function scenarioOf(programme: Programme, { everyone, silent }: RehearsalForm): Scenario {
  const scenario = EVERYONE[isEveryone(everyone) ? everyone : 'on-time'];
  const roles = silent.flatMap((role) => (programme.roles[role] === undefined ? [] : [{ role, title: programme.roles[role].title }]));
  if (roles.length === 0) return scenario;
  return {
    ...scenario,
    title: `${scenario.title}, but never answered by: ${roles.map(({ title }) => title).join(', ')}`,
    roles: Object.fromEntries(roles.map(({ role }) => [role, 'silent' as const])),
  };
}

/** The form as the end of an address that asks for the same rehearsal again. */
export function asQuery({ silent, facts, ...form }: RehearsalForm): string {
  const entries: [string, string][] = [
    ...Object.entries(form),
    ...silent.map((role): [string, string] => ['silent', role]),
    ...Object.entries(facts).map(([field, value]): [string, string] => [`${AT_THE_START}${field}`, value]),
  ];
  return new URLSearchParams(entries).toString();
}

/** The fields to be chosen at the start: choices, and questions of yes or no. The rest is made up. */
function choicesOf(programme: Programme | null, facts: RehearsalForm['facts']) {
  return (programme?.starts ?? []).flatMap(({ id, label, kind, options = [] }) => {
    const values =
      kind === 'yes-no'
        ? [
            { id: 'yes', label: 'Yes' },
            { id: 'no', label: 'No' },
          ]
        : kind === 'choice'
          ? options
          : [];
    if (values.length === 0) return [];
    return [
      {
        name: `${AT_THE_START}${id}`,
        label,
        items: values.map((value) => ({ value: value.id, text: value.label, selected: facts[id] === value.id })),
      },
    ];
  });
}

/** What the view needs to show the form again, filled in. */
export function formView(programme: Programme | null, form: RehearsalForm, book: CalendarBook) {
  const chosen = form.authority === '' && form.start === '' ? (programme?.assumedTermCalendars[0] ?? '') : form.authority;
  const [year = '', month = '', day = ''] = (form.start === '' ? londonDate(nowMs()) : form.start).split('-');
  return {
    start: { day: day.replace(/^0/, ''), month: month.replace(/^0/, ''), year },
    authorities: [
      { value: '', text: 'One whose terms are not known', selected: chosen === '' },
      ...authoritiesOf(book).map(({ id, name }) => ({ value: id, text: name, selected: chosen === id })),
    ],
    subject: form.subject === 'trust' ? 'trust' : 'school',
    everyone: isEveryone(form.everyone) ? form.everyone : 'on-time',
    letters: form.letters === 'yes',
    choices: choicesOf(programme, form.facts),
    // A role that is only told cannot be silent.
    roles: Object.entries(programme?.roles ?? {})
      .filter(([, role]) => !role.informedOnly)
      .map(([id, { title }]) => ({ value: id, text: capitalised(title), checked: form.silent.includes(id) })),
  };
}

/** A rehearsal as the view shows it. */
export function rehearsalView({ request, rehearsal }: { readonly request: RehearsalRequest; readonly rehearsal: Rehearsal }) {
  return {
    ...rehearsal,
    findings: findingsByKind(rehearsal.findings),
    busiestWeeks: rehearsal.busiestWeeks.map(busiestInWords),
    picture: pictureOf(request.programme, request.calendar, rehearsal.timeline),
    days: days(rehearsal.timeline).map(({ on, entries }) => ({
      on,
      entries: entries.map(({ at, title, lines, letter }) => ({ time: timeOf(at), title, lines, email: letter?.email ?? null })),
    })),
  };
}
