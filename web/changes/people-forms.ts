import { latestRound } from '../../domain/chronology/chronology.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import { changeRulesOf } from '../../domain/programme.ts';
import { capitalised } from '../../domain/words.ts';
import { exampleDay } from '../shared/example-day.ts';
import { because, isRunning } from './change-form.ts';
import type { ChangeForm, ChangeOption, Standing } from './change-form.ts';

export const PERSON_HINT = 'Their name, e-mail address or contact id, as Chaser knows them';

export const REMATCH: ChangeForm = {
  kind: 'rematch',
  title: 'Find another system leader',
  lead: ({ chronology }) => {
    const title = rematchTitle({ chronology });
    return [
      `Everything that is open closes, and links in e-mails say so. The ${title} of now is thanked and told.`,
      `If somebody else is ready to be asked, name them: they are asked whether they can do it. Leave it empty while one is still to be found.`,
    ];
  },
  fieldsOf: (standing) => {
    const { chronology } = standing;
    const rule = changeRulesOf(chronology.programme).rematch;
    if (!isRunning(standing) || rule === null || (chronology.parties[rule.role] ?? []).length === 0) return null;
    if (latestRound(chronology, rule.until)?.state.kind === 'answered') return null;
    return [
      {
        kind: 'person',
        id: 'to',
        label: `Who is asked next? (optional)`,
        hint: PERSON_HINT,
        missing: '',
        optional: true,
      },
      because(`Why is there to be another ${rematchTitle(standing)}?`),
    ];
  },
  commandFrom: (said, by) => ({ kind: 'rematch', to: said('to') === '' ? null : said('to'), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'to'),
  button: 'Find another',
  done: 'The match is over, and the next round has begun.',
};

export const CHANGE_PERSON: ChangeForm = {
  kind: 'change-person',
  title: 'Change a person',
  lead: () => [
    'For somebody who has left or changed places. E-mails go to the new person from now on, links of the one before end, and what is open is asked anew.',
  ],
  fieldsOf: (standing) => {
    const places = placesHeld(standing);
    if (!isRunning(standing) || places.length === 0) return null;
    return [
      { kind: 'choice', id: 'place', label: 'Whose place is it?', missing: 'Select whose place it is', options: places },
      { kind: 'person', id: 'to', label: 'Who has it from now on?', hint: PERSON_HINT, missing: 'Enter who has it from now on' },
      because(),
    ];
  },
  commandFrom: (said, by) => {
    const [role = '', ...from] = said('place').split('/');
    const person = from.join('/');
    return { kind: 'change-person', role, from: person === '' ? null : person, to: said('to'), by, because: said('because') };
  },
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : kind === 'same-person' ? 'to' : 'place'),
  button: 'Change the person',
  done: 'The person is changed.',
};

export const NAME_DEPUTY: ChangeForm = {
  kind: 'name-deputy',
  title: 'Name a deputy',
  lead: () => [
    'For somebody who is away: on these days their e-mails go to the deputy, who may answer for them. Afterwards all is as before.',
  ],
  fieldsOf: (standing) => {
    const people = peopleHere(standing);
    if (!isRunning(standing) || people.length === 0) return null;
    return [
      { kind: 'choice', id: 'person', label: 'Who is away?', missing: 'Select who is away', options: people },
      { kind: 'person', id: 'deputy', label: 'Who stands in?', hint: PERSON_HINT, missing: 'Enter who stands in' },
      {
        kind: 'date',
        id: 'from',
        label: 'First day',
        hint: `For example, ${exampleDay(standing.today)}`,
        missing: 'Enter the first day',
        initially: standing.today,
      },
      { kind: 'date', id: 'to', label: 'Last day', hint: `For example, ${exampleDay(standing.today, 14)}`, missing: 'Enter the last day' },
      because(),
    ];
  },
  commandFrom: (said, by) => ({
    kind: 'name-deputy',
    person: said('person'),
    deputy: said('deputy'),
    from: said('from'),
    to: said('to'),
    by,
    because: said('because'),
  }),
  faultAt: ({ kind }) =>
    kind === 'no-reason'
      ? 'because'
      : kind === 'same-person'
        ? 'deputy'
        : kind === 'role-not-held'
          ? 'person'
          : kind === 'bad-date'
            ? 'to'
            : 'from',
  button: 'Name the deputy',
  done: 'The deputy is named.',
};

export const END_DEPUTY: ChangeForm = {
  kind: 'end-deputy',
  title: 'End a deputy’s time',
  lead: () => ['For somebody who is back earlier, or will not be away after all. E-mails go to them again.'],
  fieldsOf: (standing) => {
    const { chronology, nameOf, today } = standing;
    const deputies = chronology.deputies.filter(({ to }) => to >= today);
    if (!isRunning(standing) || deputies.length === 0) return null;
    return [
      {
        kind: 'choice',
        id: 'person',
        label: 'Who is back?',
        missing: 'Select who is back',
        options: deputies.map(({ person, deputy, from, to }) => ({
          value: person,
          text: nameOf(person),
          hint: `${nameOf(deputy)} stands in from ${longDate(from)} to ${longDate(to)}`,
        })),
      },
      because(),
    ];
  },
  commandFrom: (said, by) => ({ kind: 'end-deputy', person: said('person'), by, because: said('because') }),
  faultAt: ({ kind }) => (kind === 'no-reason' ? 'because' : 'person'),
  button: 'End the deputy’s time',
  done: 'The deputy’s time is ended.',
};

function rematchTitle({ chronology: { programme } }: Pick<Standing, 'chronology'>): string {
  const role = changeRulesOf(programme).rematch?.role ?? '';
  return programme.roles[role]?.title ?? role;
}

/** Every role that somebody holds, and every vacant one, except roles that an answer fills. */
function placesHeld({ chronology: { programme, parties }, nameOf }: Standing): readonly ChangeOption[] {
  return Object.entries(programme.roles).flatMap(([role, { title, namedLater }]): readonly ChangeOption[] => {
    const holders = parties[role] ?? [];
    if (holders.length === 0)
      return namedLater === true ? [] : [{ value: `${role}/`, text: capitalised(title), hint: 'Nobody holds it yet' }];
    return holders.map((person) => ({ value: `${role}/${person}`, text: nameOf(person), hint: capitalised(title) }));
  });
}

function peopleHere({ chronology: { programme, parties }, nameOf }: Standing): readonly ChangeOption[] {
  const people = [...new Set(Object.values(parties).flat())];
  return people.map((person) => {
    const roles = Object.entries(parties).flatMap(([role, holders]) =>
      holders.includes(person) ? [programme.roles[role]?.title ?? role] : [],
    );
    return { value: person, text: nameOf(person), hint: capitalised(roles.join(', ')) };
  });
}
