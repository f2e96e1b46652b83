import type { Chronology } from './state.ts';
import type { Subject } from './events.ts';
import { SUBJECT_FACT } from '../programme.ts';
import type { Answer, Condition, Field, Programme, Step, StepId } from '../programme.ts';

type Facts = Chronology['facts'];

/** What a condition may depend on: the facts of a deployment, and whether a school or a trust is supported. */
export function knownFacts({ facts, subject }: { readonly facts: Facts; readonly subject: Pick<Subject, 'kind'> | null }): Facts {
  return subject === null ? facts : { ...facts, [SUBJECT_FACT]: subject.kind };
}

/** Whether the facts of a deployment satisfy a condition. No condition always holds. */
export function holds(when: Condition | undefined, facts: Facts): boolean {
  return Object.entries(when ?? {}).every(([fact, values]) => values.includes(facts[fact] ?? ''));
}

/** Whether a step is part of a deployment with these facts. */
export function stepApplies(programme: Programme, id: StepId, facts: Facts): boolean {
  return holds(programme.steps[id]?.when, facts);
}

/**
 * A step as it stands in a deployment with these facts: only with the answers that can be given there, and their
 * fields.
 */
export function stepFor(step: Step, facts: Facts): Step {
  return { ...step, answers: answersFor(step, facts) };
}

/** The answers that can be given in a deployment with these facts, each with the fields that it has there. */
export function answersFor(step: Step, facts: Facts): readonly Answer[] {
  return step.answers.flatMap((answer) => (holds(answer.when, facts) ? [answerFor(answer, facts)] : []));
}

/**
 * An answer as it stands in a deployment with these facts. Conditions on facts are resolved and removed; those on other
 * fields of the form stay.
 */
export function answerFor(answer: Answer, facts: Facts): Answer {
  let asksFacts = askFacts.get(answer);
  if (asksFacts === undefined) askFacts.set(answer, (asksFacts = answer.fields.some(dependsOnFacts)));
  return asksFacts ? { ...answer, fields: fieldsFor(answer.fields, facts) } : answer;
}

/** Whether the form of an answer is another in one deployment than in the next. Most are not, and every answer of a forecast asks. */
const askFacts = new WeakMap<Answer, boolean>();

function dependsOnFacts({ when, atMost, fields = [], totals = [] }: Field): boolean {
  return when !== undefined || atMost !== undefined || fields.some(dependsOnFacts) || totals.some((total) => total.when !== undefined);
}

function fieldsFor(fields: readonly Field[], facts: Facts): readonly Field[] {
  return fields.flatMap((field) => {
    const settled = settle(limited(field, fields, facts), facts);
    if (settled === null) return [];
    const inner = settled.fields === undefined ? {} : { fields: fieldsFor(settled.fields, facts) };
    const totals = settled.totals === undefined ? {} : { totals: settled.totals.flatMap((total) => settle(total, facts) ?? []) };
    return [{ ...settled, ...inner, ...totals }];
  });
}

/** A field that may not be more than a fact says has that as its limit, unless a field of the form has the fact's name. */
function limited(field: Field, form: readonly Field[], facts: Facts): Field {
  const { atMost, ...rest } = field;
  const most = atMost === undefined || form.some(({ id }) => id === atMost) ? undefined : facts[atMost];
  if (most === undefined) return field;
  return rest.max !== undefined && Number(rest.max) <= Number(most) ? rest : { ...rest, max: most };
}

/** Without the conditions that the facts decide; null when the facts rule it out. */
function settle<T extends { readonly when?: Condition }>(item: T, facts: Facts): T | null {
  if (item.when === undefined) return item;
  const { when, ...rest } = item;
  const decided = Object.entries(when).filter(([name]) => facts[name] !== undefined);
  if (!holds(Object.fromEntries(decided), facts)) return null;
  const left = Object.fromEntries(Object.entries(when).filter(([name]) => facts[name] === undefined));
  return (Object.keys(left).length === 0 ? rest : { ...rest, when: left }) as T;
}
