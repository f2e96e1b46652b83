/**
 * How forms came back: how often each was asked for, came back, late, with something left empty, and what was changed afterwards, question by
 * question. The evaluation of 2019 to 2020 had to ask how many forms were returned and what was missing in them. docs/product.md, "Forms".
 */
import { entryOf } from '../entry-of.ts';
import { answerFor, knownFacts } from '../chronology/applies.ts';
import { placesOf } from '../forms/form-places.ts';
import type { Values } from '../forms/form-values.ts';
import type { Answer, AnswerId, FactId, Field, Programme, StepId } from '../programme.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { dayOf } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { linesByStratum } from './report.ts';
import type { Section } from './report.ts';

/** An answer that asks at least this many things is a form; what asks less is a date or a reason. */
const LEAST_QUESTIONS = 3;

export type Question = {
  /** "visitedOn"; of the entries of a group "interventions.cost" */
  readonly id: string;
  readonly title: string;
  readonly records: FactId | null;
};

export type Form = {
  /** The first answer that is given with it: "complete-form/sent". */
  readonly id: string;
  readonly title: string;
  readonly answers: ReadonlySet<string>;
  /** As asked by any version, in the order of the newest. */
  readonly questions: readonly Question[];
};

const answerKey = (step: StepId, answer: AnswerId) => `${step}/${answer}`;

/** The questions of a form, and those of the entries of its groups. */
function questionsOf(fields: readonly Field[]): readonly Question[] {
  return fields.flatMap(({ id, label, records, fields: inner = [] }) => [
    { id, title: label, records },
    ...inner.map((each) => ({ id: `${id}.${each.id}`, title: `${label}: ${each.label}`, records: null })),
  ]);
}

/**
 * The forms of a programme, in the order of its steps. Answers that ask the same things are one form, whichever step asks: a form that was sent back and
 * is mended in a step of its own is compared with itself.
 * @param versions of one programme, the newest last
 */
export function formsOf(versions: readonly Programme[]): readonly Form[] {
  type Group = {
    readonly answers: Set<string>;
    readonly asks: Set<string>;
    readonly questions: Map<string, Question>;
    readonly title: string;
  };
  let groups: readonly Group[] = [];
  for (const { steps } of versions.toReversed()) {
    for (const step of Object.values(steps)) {
      for (const answer of step.answers) {
        const questions = questionsOf(answer.fields);
        if (questions.length < LEAST_QUESTIONS) continue;
        const key = answerKey(step.id, answer.id);
        const asks = questions.map(({ id }) => id).join(' ');
        const same = (group: Group) => group.answers.has(key) || group.asks.has(asks);
        const [first, ...others] = groups.filter(same);
        const group: Group = first ?? { answers: new Set(), asks: new Set(), questions: new Map(), title: step.title };
        for (const one of [{ answers: [key], asks: [asks], questions: new Map(questions.map((each) => [each.id, each])) }, ...others]) {
          for (const each of one.answers) group.answers.add(each);
          for (const each of one.asks) group.asks.add(each);
          for (const [id, question] of one.questions) if (!group.questions.has(id)) group.questions.set(id, question);
        }
        groups = [...groups.filter((one) => !others.includes(one)), ...(first === undefined ? [group] : [])];
      }
    }
  }
  return groups.map(({ answers, questions, title }) => ({ id: [...answers][0] ?? '', title, answers, questions: [...questions.values()] }));
}

/** The steps that ask for any of these forms. */
export function stepsOfForms(forms: readonly Form[]): readonly StepId[] {
  return [...new Set(forms.flatMap(({ answers }) => [...answers].map((key) => key.split('/')[0] ?? '')))];
}

const FORM_FIGURES = [
  ['asked', 'Asked for'],
  ['returned', 'Came back'],
  ['again', 'Came back again'],
  ['late', 'Came back late'],
  ['incomplete', 'With something left empty'],
  ['changed', 'Changed afterwards'],
  ['taken-back', 'Taken back'],
] as const;
const QUESTION_FIGURES = [
  ['filled', 'Filled in'],
  ['empty', 'Left empty'],
  ['not-asked', 'Not asked'],
  ['late', 'Came late'],
  ['changed', 'Changed afterwards'],
] as const;
type FormFigure = (typeof FORM_FIGURES)[number][0];
type QuestionFigure = (typeof QUESTION_FIGURES)[number][0];

/** One form that came back. */
type Returned = {
  readonly form: Form;
  readonly order: number;
  readonly step: StepId;
  readonly round: number;
  readonly late: boolean;
  readonly given: Values;
  /** The fields as they were asked, with what was known of the deployment then. */
  readonly fields: readonly Field[];
};

/** What was counted of forms in some deployments: a list of numbers for each region. It is data, so that it can be handed from one thread to another. */
export type CountedForms = ReadonlyMap<string, readonly number[]>;

export type CountingForms = {
  /** A deployment: its region, its own version of the programme, and its events in the order of the log. */
  readonly add: (one: { readonly region: string; readonly programme: Programme; readonly events: readonly MeasuredEvent[] }) => void;
  readonly counted: () => CountedForms;
  /** Adds what the same forms had counted in other deployments. */
  readonly addCounted: (others: CountedForms) => void;
  /** For each form a table of forms, and one for each of its questions: a line for each region. */
  readonly sections: () => readonly { readonly form: Section; readonly questions: readonly Section[] }[];
};

/** Begins to count how forms came back by the end of a day, London time, as known then. */
export function beginCountingForms(forms: readonly Form[], asOf: PlainDate): CountingForms {
  // Each form and each question has a number for each of its figures: where it is counted in the list of a region.
  let numbers = 0;
  const numbered = (): number => numbers++;
  const counted = forms.map((form) => ({
    form,
    at: {
      asked: numbered(),
      returned: numbered(),
      again: numbered(),
      late: numbered(),
      incomplete: numbered(),
      changed: numbered(),
      'taken-back': numbered(),
    } satisfies Readonly<Record<FormFigure, number>>,
    questions: form.questions.map((question) => ({
      question,
      at: {
        filled: numbered(),
        empty: numbered(),
        'not-asked': numbered(),
        late: numbered(),
        changed: numbered(),
      } satisfies Readonly<Record<QuestionFigure, number>>,
    })),
  }));
  const countedOf = new Map(counted.map((one) => [one.form, one]));
  const regions = new Map<string, number[]>();
  const formOf = new Map(forms.flatMap((form) => [...form.answers].map((key) => [key, form] as const)));
  const askedAtStep = new Map(
    stepsOfForms(forms).map(
      (step) => [step, counted.filter(({ form }) => stepsOfForms([form]).includes(step)).map(({ at }) => at.asked)] as const,
    ),
  );
  const fieldsAsAsked = fieldsByFacts();
  const countsIn = (region: string) => entryOf(regions, region, () => Array.from({ length: numbers }, () => 0));
  return {
    add({ region, programme, events }) {
      const known = knownBy(events, asOf);
      if (known.length === 0) return;
      const counts = countsIn(region);
      const count = (at: number) => {
        counts[at] = (counts[at] ?? 0) + 1;
      };
      const { returned, corrected, takenBack, opened } = fold(known, programme, formOf, fieldsAsAsked);
      for (const step of opened) for (const asked of askedAtStep.get(step) ?? []) count(asked);
      for (const [place, one] of returned.entries()) {
        const { form, late, order } = one;
        const numbersOf = countedOf.get(form);
        if (numbersOf === undefined) continue;
        const next = returned.find((other, later) => later > place && other.form === form);
        const saidOtherwise = next === undefined ? NONE : questionsSaidOtherwise(one.given, next.given);
        const state = statesOf(one);
        let isIncomplete = false;
        let isChanged = false;
        for (const { question, at } of numbersOf.questions) {
          const is = state.get(question.id) ?? 'not-asked';
          count(at[is]);
          if (is === 'filled' && late) count(at.late);
          if (is === 'empty') isIncomplete = true;
          const changed =
            saidOtherwise.has(question.id) ||
            corrected.some(({ fact, order: when }) => fact === question.records && when > order && when < (next?.order ?? Infinity));
          if (changed) count(at.changed);
          if (changed) isChanged = true;
        }
        count(numbersOf.at.returned);
        if (returned.some((other, earlier) => earlier < place && other.form === form)) count(numbersOf.at.again);
        if (late) count(numbersOf.at.late);
        if (isIncomplete) count(numbersOf.at.incomplete);
        if (isChanged) count(numbersOf.at.changed);
        if (takenBack.has(`${one.step} ${one.round}`)) count(numbersOf.at['taken-back']);
      }
    },
    counted: () => regions,
    addCounted(others) {
      for (const [region, more] of others) {
        const counts = countsIn(region);
        for (const [at, count] of more.entries()) counts[at] = (counts[at] ?? 0) + count;
      }
    },
    sections() {
      const section = (
        id: string,
        title: string,
        at: Readonly<Record<string, number>>,
        base: { readonly words: string; readonly at: number },
        figures: readonly (readonly [string, string])[],
      ): Section => ({
        id,
        title,
        base: base.words,
        unit: 'count',
        figures: figures.map(([figure, words]) => ({ id: figure, title: words })),
        lines: linesByStratum(
          [...regions],
          ([region]) => region,
          (some) => {
            const sum = (place = -1) => some.reduce((total, [, counts]) => total + (counts[place] ?? 0), 0);
            const whole = sum(base.at);
            return Object.fromEntries(figures.map(([figure]) => [figure, { value: sum(at[figure]), base: whole }]));
          },
        ),
      });
      return counted.map(({ form: { id, title }, at, questions }) => {
        const came = { words: 'forms that came back', at: at.returned };
        return {
          form: section(id, title, at, { words: 'times it was asked for', at: at.asked }, FORM_FIGURES),
          questions: questions.map(({ question, at: numbersOf }) =>
            section(`${id} ${question.id}`, question.title, numbersOf, came, QUESTION_FIGURES),
          ),
        };
      });
    },
  };
}

/** What was known by the end of a day. What was under way elsewhere was not known before it was taken in. */
function knownBy(events: readonly MeasuredEvent[], asOf: PlainDate): readonly MeasuredEvent[] {
  const takenIn = events.find(({ type }) => type === 'deployment-taken-in');
  return takenIn !== undefined && dayOf(takenIn) > asOf ? [] : events.filter((event) => dayOf(event) <= asOf);
}

type FieldsAsAsked = (answer: Answer, facts: ReadonlyMap<FactId, string>) => readonly Field[];

/**
 * The fields of answers as they are asked of a deployment with these facts. Thousands of deployments have the same in all facts that an answer heeds, so
 * each such combination is worked out once.
 */
function fieldsByFacts(): FieldsAsAsked {
  const remembered = new Map<Answer, { readonly heeds: readonly FactId[]; readonly fields: Map<string, readonly Field[]> }>();
  return (answer, facts) => {
    const { heeds, fields } = entryOf(remembered, answer, () => ({
      heeds: heededBy(answer.fields),
      fields: new Map<string, readonly Field[]>(),
    }));
    const key = JSON.stringify(heeds.map((fact) => facts.get(fact) ?? null));
    if (fields.size >= MOST_COMBINATIONS) fields.clear();
    return entryOf(fields, key, () => answerFor(answer, Object.fromEntries(facts)).fields);
  };
}

const MOST_COMBINATIONS = 1_000;

/** Every fact that fields may heed: those that their conditions and their limits name. */
function heededBy(fields: readonly Field[]): readonly FactId[] {
  const named = fields.flatMap(({ when = {}, atMost, totals = [], fields: inner = [] }) => [
    ...Object.keys(when),
    ...(atMost === undefined ? [] : [atMost]),
    ...totals.flatMap((total) => Object.keys(total.when ?? {})),
    ...heededBy(inner),
  ]);
  return [...new Set(named)];
}

function fold(events: readonly MeasuredEvent[], programme: Programme, formOf: ReadonlyMap<string, Form>, fieldsAsAsked: FieldsAsAsked) {
  const returned: Returned[] = [];
  const corrected: { readonly order: number; readonly fact: FactId }[] = [];
  const takenBack = new Set<string>();
  const opened: StepId[] = [];
  const dueOn = new Map<string, PlainDate>();
  const facts = new Map<FactId, string>();
  for (const [order, event] of events.entries()) {
    switch (event.type) {
      case 'deployment-began':
        for (const [fact, value] of Object.entries(knownFacts({ facts: event.facts ?? {}, subject: event.subject })))
          facts.set(fact, value);
        break;
      case 'fact-recorded':
        facts.set(event.fact, event.value);
        break;
      case 'fact-corrected':
        facts.set(event.fact, event.to);
        corrected.push({ order, fact: event.fact });
        break;
      case 'answer-taken-back':
        takenBack.add(`${event.step} ${event.round}`);
        for (const [fact, value] of Object.entries(event.facts)) {
          if (value === null) facts.delete(fact);
          else facts.set(fact, value);
        }
        break;
      case 'step-opened':
        opened.push(event.step);
        dueOn.set(`${event.step} ${event.round}`, event.dueOn);
        break;
      case 'due-date-moved':
        dueOn.set(`${event.step} ${event.round}`, event.dueOn);
        break;
      case 'step-answered': {
        const { step, round, fields: given } = event;
        const form = formOf.get(answerKey(step, event.answer));
        const answer = programme.steps[step]?.answers.find(({ id }) => id === event.answer);
        if (form === undefined || answer === undefined) break;
        const due = dueOn.get(`${step} ${round}`);
        const late = due !== undefined && dayOf(event) > due;
        returned.push({ form, order, step, round, late, given, fields: fieldsAsAsked(answer, facts) });
        break;
      }
      default:
    }
  }
  return { returned, corrected, takenBack, opened };
}

/** Of each question that was asked whether it was filled in. Of the entries of a group: where each that was asked has a value. */
function statesOf({ fields, given }: Returned): ReadonlyMap<string, 'filled' | 'empty'> {
  const states = new Map<string, 'filled' | 'empty'>();
  for (const { path, standing, value, field } of placesOf(fields, given)) {
    if (standing !== 'asked') continue;
    const isEmpty =
      field.kind === 'group' ? !Object.keys(given).some((one) => one.startsWith(`${path}.`) && given[one] !== '') : value === '';
    const question = questionAt(path);
    if (isEmpty || !states.has(question)) states.set(question, isEmpty ? 'empty' : 'filled');
  }
  return states;
}

/** The question of each place that was asked for: there are some dozens to a form, and each is asked for with every deployment. */
const questionsByPath = new Map<string, string>();
const MOST_PATHS = 10_000;

/** "interventions.2.cost" is about "interventions.cost". */
function questionAt(path: string): string {
  const known = questionsByPath.get(path);
  if (known !== undefined) return known;
  const [id = '', , inner] = path.split('.');
  const question = inner === undefined ? id : `${id}.${inner}`;
  if (questionsByPath.size >= MOST_PATHS) questionsByPath.clear();
  questionsByPath.set(path, question);
  return question;
}

const said = (given: Values, path: string): string => (Object.hasOwn(given, path) ? (given[path] ?? '') : '');
const NONE: ReadonlySet<string> = new Set();

/** The questions to which two forms say something else. What an entry says is said to its group as well. */
function questionsSaidOtherwise(given: Values, next: Values): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (path: string) => {
    found.add(questionAt(path));
    found.add(path.split('.')[0] ?? '');
  };
  for (const path of Object.keys(given)) if (given[path] !== said(next, path)) add(path);
  for (const path of Object.keys(next)) if (next[path] !== '' && !Object.hasOwn(given, path)) add(path);
  return found;
}
