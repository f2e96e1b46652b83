/**
 * How forms came back: how often each was asked for, came back, late, with something left empty, and what was changed afterwards, question by
 * question. The evaluation of 2019 to 2020 had to ask how many forms were returned and what was missing in them. docs/product.md, "Forms".
 */
import { answerFor, knownFacts } from '../chronology/applies.ts';
import { placesOf } from '../forms/form-places.ts';
import type { Values } from '../forms/form-values.ts';
import type { AnswerId, FactId, Field, Programme, StepId } from '../programme.ts';
import { londonDate } from '../time/london.ts';
import type { PlainDate } from '../time/plain-date.ts';
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

export type CountingForms = {
  /** A deployment: its region, its own version of the programme, and its events in the order of the log. */
  readonly add: (one: { readonly region: string; readonly programme: Programme; readonly events: readonly MeasuredEvent[] }) => void;
  /** For each form a table of forms, and one for each of its questions: a line for each region. */
  readonly sections: () => readonly { readonly form: Section; readonly questions: readonly Section[] }[];
};

/** Begins to count how forms came back by the end of a day, London time, as known then. */
export function beginCountingForms(forms: readonly Form[], asOf: PlainDate): CountingForms {
  const counts: { readonly region: string; readonly of: string; readonly figure: string; count: number }[] = [];
  const places = new Map<string, (typeof counts)[number]>();
  const regions = new Set<string>();
  const count = (region: string, of: string, figure: FormFigure | QuestionFigure) => {
    const key = JSON.stringify([region, of, figure]);
    const known = places.get(key);
    if (known !== undefined) known.count += 1;
    else {
      const begun = { region, of, figure, count: 1 };
      places.set(key, begun);
      counts.push(begun);
    }
  };
  const formOf = new Map(forms.flatMap((form) => [...form.answers].map((key) => [key, form] as const)));
  const formsOfStep = (step: StepId) => forms.filter(({ answers }) => [...answers].some((key) => key.startsWith(`${step}/`)));
  return {
    add({ region, programme, events }) {
      const known = knownBy(events, asOf);
      if (known.length === 0) return;
      regions.add(region);
      const { returned, corrected, takenBack, opened } = fold(known, programme, formOf);
      for (const step of opened) for (const form of formsOfStep(step)) count(region, form.id, 'asked');
      for (const one of returned) {
        const { form, late, given, order } = one;
        const next = returned.find((other) => other.form === form && other.order > order);
        const before = returned.some((other) => other.form === form && other.order < order);
        const states = form.questions.map((question) => {
          const changed =
            (next !== undefined && !sameAt(question.id, given, next.given)) ||
            corrected.some(({ fact, order: at }) => fact === question.records && at > order && at < (next?.order ?? Infinity));
          return { question, state: stateOf(question.id, one), changed };
        });
        for (const { question, state, changed } of states) {
          const of = `${form.id} ${question.id}`;
          count(region, of, state);
          if (state === 'filled' && late) count(region, of, 'late');
          if (changed) count(region, of, 'changed');
        }
        const figures: readonly (readonly [FormFigure, boolean])[] = [
          ['returned', true],
          ['again', before],
          ['late', late],
          ['incomplete', states.some(({ state }) => state === 'empty')],
          ['changed', states.some(({ changed }) => changed)],
          ['taken-back', takenBack.has(`${one.step} ${one.round}`)],
        ];
        for (const [figure, holds] of figures) if (holds) count(region, form.id, figure);
      }
    },
    sections() {
      const section = (
        id: string,
        title: string,
        base: { readonly words: string; readonly of: string; readonly figure: FormFigure },
        figures: readonly (readonly [string, string])[],
      ): Section => ({
        id,
        title,
        base: base.words,
        unit: 'count',
        figures: figures.map(([figure, words]) => ({ id: figure, title: words })),
        lines: linesByStratum(
          counts,
          (one) => one.region,
          (some) => {
            const sum = (of: string, figure: string) =>
              some.reduce((total, one) => (one.of === of && one.figure === figure ? total + one.count : total), 0);
            const whole = sum(base.of, base.figure);
            return Object.fromEntries(figures.map(([figure]) => [figure, { value: sum(id, figure), base: whole }]));
          },
          [...regions],
        ),
      });
      return forms.map((form) => {
        const came = { words: 'forms that came back', of: form.id, figure: 'returned' } as const;
        return {
          form: section(form.id, form.title, { words: 'times it was asked for', of: form.id, figure: 'asked' }, FORM_FIGURES),
          questions: form.questions.map(({ id, title }) => section(`${form.id} ${id}`, title, came, QUESTION_FIGURES)),
        };
      });
    },
  };
}

/** What was known by the end of a day. What was under way elsewhere was not known before it was taken in. */
function knownBy(events: readonly MeasuredEvent[], asOf: PlainDate): readonly MeasuredEvent[] {
  const dayOf = ({ at }: MeasuredEvent) => londonDate(Date.parse(at));
  const takenIn = events.find(({ type }) => type === 'deployment-taken-in');
  return takenIn !== undefined && dayOf(takenIn) > asOf ? [] : events.filter((event) => dayOf(event) <= asOf);
}

function fold(events: readonly MeasuredEvent[], programme: Programme, formOf: ReadonlyMap<string, Form>) {
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
        const late = due !== undefined && londonDate(Date.parse(event.at)) > due;
        returned.push({ form, order, step, round, late, given, fields: answerFor(answer, Object.fromEntries(facts)).fields });
        break;
      }
      default:
    }
  }
  return { returned, corrected, takenBack, opened };
}

/** Of the entries of a group: filled in where each that was asked has a value. */
function stateOf(question: string, { fields, given }: Returned): Extract<QuestionFigure, 'filled' | 'empty' | 'not-asked'> {
  const asked = placesOf(fields, given).filter(({ path, standing }) => standing === 'asked' && questionAt(path) === question);
  if (asked.length === 0) return 'not-asked';
  const isEmpty = ({ path, value, field }: (typeof asked)[number]) =>
    field.kind === 'group' ? !Object.keys(given).some((one) => one.startsWith(`${path}.`) && given[one] !== '') : value === '';
  return asked.some(isEmpty) ? 'empty' : 'filled';
}

/** "interventions.2.cost" is about "interventions.cost". */
function questionAt(path: string): string {
  const [id = '', , inner] = path.split('.');
  return inner === undefined ? id : `${id}.${inner}`;
}

/** Whether two forms say the same to a question. */
function sameAt(question: string, one: Values, other: Values): boolean {
  const said = (given: Values) =>
    Object.entries(given)
      .filter(([path, value]) => value !== '' && (questionAt(path) === question || path.startsWith(`${question}.`)))
      .map(([path, value]) => `${path}=${value}`)
      .toSorted();
  return JSON.stringify(said(one)) === JSON.stringify(said(other));
}
