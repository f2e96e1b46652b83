import type { Instant } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import { askerOf } from '../domain/programme.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import type { Asked } from '../postgres/access/answer-links.ts';
import type { KeptAnswer } from '../postgres/desk/kept-answers.ts';
import { askOf, filledIn } from '../letters/letter-words.ts';
import type { Note, NoteEntry } from '../postgres/desk/notes.ts';
import { labelOf, saidBesides } from './answer-words.ts';
import { givenAndCounted } from './given-and-counted.ts';

/** What a note mentions: an answer, how things stand after it, and the names of the people in it. */
export type Answered = {
  readonly asked: Asked;
  readonly programme: Programme;
  readonly kept: KeptAnswer;
  readonly names: Readonly<Record<string, string>>;
  /** Whoever asked and reads replies, as a contact id: the coordinator unless the step says otherwise; null while there is none. */
  readonly coordinator: string | null;
  /** The role in which an e-mail asked them for the due date, which is in their calendar now; null when none did. */
  readonly roleAsked: string | null;
};

/** A copy of an accepted answer, for the person whose answer it is. It takes its due date out of their calendar. */
export function copyNote(answered: Answered, countedAt: Instant): Note {
  const { asked, programme, kept } = answered;
  const step = programme.steps[kept.step];
  const counted = givenAndCounted(kept.givenAt, countedAt);
  const entries = entriesOver(answered);
  const copy = note(
    answered,
    'answer-copy',
    kept.onBehalfOf ?? kept.person,
    `We have your answer: ${step?.title ?? kept.step}, ${asked.subject}`,
    [
      `Your answer about ${asked.subject} has been recorded. This is a copy of it.`,
      ...whatWasSaid(answered),
      ...(counted === null ? [] : [counted]),
      ...(step === undefined ? [] : [`What happens next: ${filledIn(step.next, programme, asked)}`]),
      ...(entries.length === 0
        ? []
        : ['The file with this e-mail takes the due date out of your calendar. If it is still there, delete it.']),
      ...whomToAsk(answered),
    ],
  );
  return { ...copy, entries };
}

/** The due date of what was answered, to be taken away; none when it never came by e-mail, or is open again. */
function entriesOver({ asked, programme, roleAsked }: Answered): readonly NoteEntry[] {
  const step = programme.steps[asked.step];
  if (step === undefined || roleAsked === null || asked.closedAt === null) return [];
  const { reference, subject, closedAt, round, dueOn, parties } = asked;
  const coordinator = parties.find(({ role }) => role === askerOf(programme, step));
  return [
    {
      reference,
      subject,
      replyTo: coordinator === undefined ? null : { name: coordinator.name, email: coordinator.email },
      writtenAt: closedAt,
      changed: { step: step.id, round, title: step.title, ask: filledIn(askOf(step, roleAsked), programme, asked), dueOn, stands: false },
    },
  ];
}

/** Tells the person who gave a kept answer that it did not count, and why. */
export function outcomeNote(answered: Answered, because: string): Note {
  const { asked, programme, kept } = answered;
  const title = programme.steps[kept.step]?.title ?? kept.step;
  return note(answered, 'answer-outcome', kept.person, `We could not record your answer: ${title}, ${asked.subject}`, [
    `You gave us an answer about ${asked.subject}, and we saved it. We could not record it. The reason: ${because}`,
    ...whatWasSaid(answered),
    ...whomToAsk(answered),
  ]);
}

function whatWasSaid({ kept, programme, names }: Answered): readonly string[] {
  return [
    `What was asked: ${programme.steps[kept.step]?.title ?? kept.step}`,
    `Answered on: ${longDate(londonDate(Date.parse(kept.givenAt)))}`,
    `Answer: ${labelOf(programme, kept.step, kept.answer)}`,
    ...saidBesides(programme, kept, names).map(({ label, value }) => `${label}: ${value}`),
  ];
}

function whomToAsk({ asked, programme, kept }: Answered): readonly string[] {
  const coordinator = asked.parties.find(({ role }) => role === askerOf(programme, programme.steps[kept.step] ?? {}));
  return [
    ...(coordinator === undefined
      ? []
      : [`If something is wrong, ask ${coordinator.name}: ${[coordinator.email, coordinator.telephone].filter(Boolean).join(', ')}.`]),
    `Reference: ${asked.reference}, ${asked.subject}. Chaser, a computer program, wrote this e-mail.`,
  ];
}

function note({ coordinator }: Answered, kind: Note['kind'], person: string, subject: string, paragraphs: readonly string[]): Note {
  return noteOf(kind, person, coordinator, subject, paragraphs);
}

/** A note of plain paragraphs. Replies go to the coordinator, unless it is the coordinator's own. */
export function noteOf(
  kind: Note['kind'],
  person: string,
  coordinator: string | null,
  subject: string,
  paragraphs: readonly string[],
): Note {
  return {
    kind,
    person,
    ...(coordinator === null || coordinator === person ? {} : { replyTo: coordinator }),
    subject: subject.replaceAll(/\s+/g, ' '),
    text: `${paragraphs.join('\n\n')}\n`,
    html: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body>\n${paragraphs
      .map((paragraph) => `<p>${escaped(paragraph).replaceAll('\n', '<br>')}</p>`)
      .join('\n')}\n</body></html>\n`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
