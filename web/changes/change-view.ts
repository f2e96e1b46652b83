import { stepTitle } from '../../desk/standing-words.ts';
import type { Chronology } from '../../domain/chronology/state.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import type { Recipient, StepRef } from '../../domain/chronology/events.ts';
import { staysLate } from '../../domain/chronology/lateness.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Preview, ToldChange } from '../../domain/chronology/preview.ts';
import { capitalised } from '../../domain/words.ts';
import { newsOf } from '../../letters/event-words.ts';
import { paragraphsOf } from '../../mail/clean-text.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import type { ChangeField, Standing } from './change-form.ts';
import { ifStoppedAndResumed } from './if-resumed.ts';
import { idOf } from './read-change.ts';

/** A form's fields in the shape of views/answer-fields.njk, with what was typed before. */
export function fieldInputs(fields: readonly ChangeField[], body: FormBody, problems: readonly FormProblem[]) {
  return fields.map((field) => {
    const { id, label, hint } = field;
    const options = field.kind === 'choice' ? field.options : [];
    const [only, ...others] = options;
    const [year = '', month = '', day = ''] = field.kind === 'date' && field.initially !== undefined ? field.initially.split('-') : [];
    const untouched = body[`${id}-day`] === undefined;
    return {
      // The reason is a text of several lines. Every other field has the input of its kind.
      kind: field.kind === 'words' ? 'long-text' : field.kind === 'newcomer' ? 'text' : field.kind,
      name: id,
      label,
      hint: hint ?? null,
      value: typed(body, id) || (only !== undefined && others.length === 0 ? only.value : ''),
      day: untouched ? day.replace(/^0/u, '') : typed(body, `${id}-day`),
      month: untouched ? month.replace(/^0/u, '') : typed(body, `${id}-month`),
      year: untouched ? year : typed(body, `${id}-year`),
      error: problems.find((problem) => problem.id === idOf(field))?.text ?? null,
      options: options.map((option) => ({
        value: option.value,
        text: option.text,
        ...(option.hint === undefined ? {} : { hint: { text: option.hint } }),
      })),
    };
  });
}

/**
 * What a change would bring about, in words: dates before and after, what opens and closes, who is told and who is
 * asked.
 */
export function previewView(preview: Preview, standing: Standing, command: ChangeCommand) {
  const { chronology } = standing;
  const title = (ref: StepRef) => stepTitle(chronology, ref);
  const resumed = command.kind === 'stop-clock' ? ifStoppedAndResumed(chronology, command, standing.now) : null;
  return {
    moves: preview.moves.map(({ from, to, explanation, ...ref }) => ({
      title: title(ref),
      from,
      to,
      stays: staysWords(standing, ref, to, standing.today, command.kind === 'resume-clock'),
      why: explanation.map(({ text }) => text),
    })),
    unmoved: preview.unmoved.map(({ dueOn, ...ref }) => ({ title: title(ref), dueOn })),
    ifResumed: resumed && {
      on: resumed.on,
      moves: resumed.moves.map(({ from, to, ...ref }) => ({
        title: title(ref),
        from,
        to,
        stays: staysWords(standing, ref, to, resumed.on, true),
      })),
    },
    opens: preview.opens.map(({ dueOn, ...ref }) => ({ title: title(ref), dueOn, owner: ownerOf(chronology, ref.step) })),
    closes: preview.closes.map(title),
    tells: preview.tells.map((recipient) => recipientWords(recipient, standing)),
    asks: preview.asks.map((recipient) => recipientWords(recipient, standing)),
    ends: preview.ends === null ? null : (chronology.programme.ends[preview.ends]?.title ?? preview.ends),
  };
}

/** The e-mails that would tell of a change, in their own words, each with those to whom it goes. */
export function letterViews(told: readonly ToldChange[], standing: Standing, subject: string) {
  const { programme } = standing.chronology;
  return told.map(({ event, to }) => {
    const { headline, paragraphs, moves } = newsOf(event, { programme, subject, nameOf: standing.nameOf });
    return {
      to: to.map((recipient) => recipientWords(recipient, standing)),
      headline,
      paragraphs: paragraphs.flatMap(paragraphsOf),
      moves,
    };
  });
}

/** "It stays late by 3 school days.", and why; null where it would not be late. */
function staysWords({ chronology }: Standing, { step }: StepRef, dueOn: PlainDate, on: PlainDate, stood: boolean): string | null {
  const late = staysLate(chronology, step, dueOn, on);
  if (late === null) return null;
  const by = late.days === 0 ? 'It stays late' : `It stays late by ${late.words.replace(/ late$/u, '')}`;
  return stood ? `${by}: it was late before the pause, and only the days of the pause are added.` : `${by}.`;
}

/** Every contact id that a preview mentions. */
export function peopleInPreview({ tells, asks }: Pick<Preview, 'tells' | 'asks'>): readonly string[] {
  return [...tells, ...asks].map(({ person }) => person);
}

function ownerOf({ programme }: Chronology, step: string): string {
  const owner = programme.steps[step]?.owner ?? '';
  return capitalised(programme.roles[owner]?.title ?? owner);
}

function recipientWords({ role, person }: Recipient, { chronology: { programme }, nameOf }: Standing): string {
  return `${nameOf(person)}, ${programme.roles[role]?.title ?? role}`;
}
