import type { Given, AskedQuestion, AskedSection } from '../../domain/surveys/routing.ts';
import { addressField, chosenIn, commentField, whichField } from '../../domain/surveys/routing.ts';
import type { FieldError } from '../../domain/surveys/submission.ts';
import type { Option, Question, Survey } from '../../domain/surveys/survey.ts';
import type { FormBody } from '../answer/read-fields.ts';

/** One answer that can be chosen, with the text that it asks for besides. */
type ItemView = {
  readonly value: string;
  readonly text: string;
  readonly checked: boolean;
  readonly which: {
    readonly id: string;
    readonly name: string;
    readonly label: string;
    readonly value: string;
    readonly error: string | null;
  } | null;
};

/** A question, or one row of a grid, as the page shows it. Each is a fieldset or a box of its own. */
export type FieldView =
  | { readonly kind: 'heading'; readonly text: string; readonly hint: string | null }
  | {
      readonly kind: 'radios' | 'checkboxes';
      readonly id: string;
      readonly name: string;
      readonly legend: string;
      /** A row of a grid stands below the heading of its question. */
      readonly row: boolean;
      readonly hint: string | null;
      readonly items: readonly ItemView[];
      readonly error: string | null;
    }
  | {
      readonly kind: 'text' | 'line';
      readonly id: string;
      readonly name: string;
      readonly label: string;
      readonly hint: string | null;
      readonly value: string;
      readonly error: string | null;
    };

/** The names of all fields of a section. */
export function fieldsOf({ questions }: AskedSection): readonly string[] {
  return questions.flatMap(({ question, field, items }) => {
    switch (question.kind) {
      case 'grid':
        return items.flatMap((item) => [item.field, ...whichFields(item.field, question.scale.options)]);
      case 'choice':
      case 'choices':
        return [field, commentField(field), ...whichFields(field, question.scale.options)];
      case 'contact':
        return [field, addressField(field)];
      case 'roles':
      case 'text':
        return [field];
      default:
        return question satisfies never;
    }
  });
}

function whichFields(field: string, options: readonly Option[]): readonly string[] {
  return options.flatMap(({ id, which }) => (which === null ? [] : [whichField(field, id)]));
}

/** What somebody has filled in, with a section as it was just sent: what was left empty there is empty. */
export function withSection(given: Given, section: AskedSection, body: FormBody): Given {
  const names = fieldsOf(section);
  const kept = Object.entries(given).filter(([name]) => !names.includes(name));
  const sent = names.flatMap((name) => {
    const value: unknown = Object.hasOwn(body, name) ? body[name] : undefined;
    const values = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '');
    return values.length === 0 ? [] : [[name, values.length === 1 ? values[0] : values] as const];
  });
  return Object.fromEntries([...kept, ...sent]);
}

/** The id of an input, which may hold fewer characters than its name. */
export function inputId(field: string): string {
  return `f-${field.replaceAll(/[^A-Za-z0-9-]/g, '_')}`;
}

/** Everything that a page of a section shows. */
export function fieldViews(survey: Survey, section: AskedSection, given: Given, errors: readonly FieldError[]): readonly FieldView[] {
  return section.questions.flatMap((asked) =>
    viewsOf(survey, asked, given, (field) => errors.find((error) => error.field === field)?.message ?? null),
  );
}

function viewsOf(survey: Survey, asked: AskedQuestion, given: Given, errorOf: (field: string) => string | null): readonly FieldView[] {
  const { question, field, text, items } = asked;
  const { hint } = question;
  const choose = (name: string, legend: string, options: readonly Option[], row: boolean, several: boolean): FieldView => ({
    kind: several ? 'checkboxes' : 'radios',
    id: inputId(name),
    name,
    legend,
    row,
    hint: row ? null : hint,
    items: options.map((option) => itemView(name, option, given, errorOf)),
    error: errorOf(name),
  });
  const write = (kind: 'text' | 'line', name: string, label: string, of: string | null): FieldView => ({
    kind,
    id: inputId(name),
    name,
    label,
    hint: of,
    value: textIn(given, name),
    error: errorOf(name),
  });
  switch (question.kind) {
    case 'roles': {
      const options = survey.audiences.map(({ id, label, mark }) => ({ id, label, aside: false, value: null, which: null, mark }));
      return [choose(field, text, options, false, question.several)];
    }
    case 'choice':
    case 'choices':
      return [
        choose(field, text, question.scale.options, false, question.kind === 'choices'),
        ...(question.comment === null ? [] : [write('text', commentField(field), question.comment, null)]),
      ];
    case 'grid':
      return [
        { kind: 'heading', text, hint },
        ...items.map(({ item, field: name }) => choose(name, item.label, question.scale.options, true, false)),
      ];
    case 'text':
      return [write('text', field, text, hint)];
    case 'contact':
      return [
        choose(field, text, YES_NO, false, false),
        write('line', addressField(field), question.address, 'Only if you have answered yes. It is kept apart from your answers.'),
      ];
    default:
      return question satisfies never;
  }
}

const YES_NO: readonly Option[] = [
  { id: 'yes', label: 'Yes', aside: false, value: null, which: null, mark: 'design' },
  { id: 'no', label: 'No', aside: false, value: null, which: null, mark: 'design' },
];

function itemView(name: string, { id, label, which }: Option, given: Given, errorOf: (field: string) => string | null): ItemView {
  const own = whichField(name, id);
  return {
    value: id,
    text: label,
    checked: chosenIn(given, name).includes(id),
    which: which === null ? null : { id: inputId(own), name: own, label: which, value: textIn(given, own), error: errorOf(own) },
  };
}

function textIn(given: Given, field: string): string {
  const value = Object.hasOwn(given, field) ? given[field] : undefined;
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

/** A question as the last page shows it before the answers are sent. */
export type SaidLine = { readonly key: string; readonly said: readonly string[] };

/** What was answered in a section, question by question. */
export function saidIn(survey: Survey, { questions }: AskedSection, given: Given): readonly SaidLine[] {
  return questions.flatMap(({ question, field, text, items }): readonly SaidLine[] => {
    if (question.kind === 'grid') {
      return items.map(({ item, field: name }) => ({ key: item.label, said: chosenLabels(question.scale.options, name, given) }));
    }
    return [{ key: text, said: saidTo(survey, question, field, given) }];
  });
}

function saidTo(survey: Survey, question: Exclude<Question, { kind: 'grid' }>, field: string, given: Given): readonly string[] {
  switch (question.kind) {
    case 'roles':
      return survey.audiences.filter(({ id }) => chosenIn(given, field).includes(id)).map(({ label }) => label);
    case 'choice':
    case 'choices':
      return [...chosenLabels(question.scale.options, field, given), textIn(given, commentField(field))].filter((said) => said !== '');
    case 'contact':
      return [...chosenLabels(YES_NO, field, given), textIn(given, addressField(field))].filter((said) => said !== '');
    case 'text':
      return [textIn(given, field)].filter((said) => said !== '');
    default:
      return question satisfies never;
  }
}

function chosenLabels(options: readonly Option[], field: string, given: Given): readonly string[] {
  return options
    .filter(({ id }) => chosenIn(given, field).includes(id))
    .map(({ id, label, which }) => {
      const text = which === null ? '' : textIn(given, whichField(field, id));
      return text === '' ? label : `${label}: ${text}`;
    });
}
