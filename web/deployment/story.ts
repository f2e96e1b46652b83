import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { ChronologyEvent, Instant } from '../../domain/chronology/events.ts';
import type { Programme } from '../../domain/programme.ts';
import { givenAndCounted } from '../../desk/given-and-counted.ts';
import { eventInWords } from '../../letters/event-words.ts';
import type { Wording } from '../../letters/teller.ts';
import type { CallNoteLine } from '../../postgres/desk/call-notes.ts';
import type { DeploymentNoteLine } from '../../postgres/desk/deployment-notes.ts';
import type { Problem } from '../../postgres/desk/problems.ts';
import type { CountedAnswer } from '../../postgres/desk/kept-answers.ts';
import type { VoiceLine } from '../../postgres/desk/voices.ts';
import { quieterLine } from '../../desk/quieter.ts';
import type { QuieterChoice } from '../../postgres/views/quieter.ts';
import type { IncomingEmail } from '../../postgres/views/incoming.ts';
import type { MessageLine } from '../../postgres/views/deployments.ts';
import { firstWords, headingOf } from '../replies/view.ts';
import { CALL_OUTCOMES, messageTag } from '../shared/status-tags.ts';
import type { Tag } from '../shared/status-tags.ts';
import { letterParts } from './letter-text.ts';

/** What a line of the story is about. A filter shows one of these. */
export type StoryKind = 'answers' | 'messages' | 'calls' | 'changes' | 'notes' | 'steps';

const KIND_OF: Readonly<Record<ChronologyEvent['type'], StoryKind>> = {
  'deployment-began': 'steps',
  'step-opened': 'steps',
  'rung-reached': 'messages',
  'rung-skipped': 'messages',
  'rung-held': 'messages',
  'step-answered': 'answers',
  'step-overtaken': 'steps',
  'step-lapsed': 'steps',
  'party-named': 'answers',
  'fact-recorded': 'answers',
  'deployment-ended': 'steps',
  'deployment-taken-in': 'steps',
  'clock-stopped': 'changes',
  'clock-stop-prolonged': 'changes',
  'clock-resumed': 'changes',
  'clock-stop-queried': 'messages',
  'due-date-moved': 'changes',
  'extension-asked': 'changes',
  'extension-agreed': 'changes',
  'extension-refused': 'changes',
  'answer-promised': 'changes',
  'time-asked': 'changes',
  'time-refused': 'changes',
  rematched: 'changes',
  'party-changed': 'changes',
  'deputy-named': 'changes',
  'deputy-ended': 'changes',
  'person-merged': 'changes',
  'deployment-withdrawn': 'changes',
  'deployment-reopened': 'changes',
  'fact-corrected': 'changes',
  'answer-taken-back': 'changes',
  'escalation-acknowledged': 'calls',
  'escalation-passed': 'calls',
  'escalation-closed': 'calls',
  'step-raised': 'changes',
  'pace-changed': 'changes',
  'calendar-adopted': 'changes',
};

/** The filters in the order of the page, each with its name. The empty one shows everything. */
export const STORY_FILTERS = [
  { id: '', text: 'Everything' },
  { id: 'answers', text: 'Answers' },
  { id: 'messages', text: 'Messages' },
  { id: 'calls', text: 'Calls and escalations' },
  { id: 'changes', text: 'Changes' },
  { id: 'notes', text: 'Notes' },
] as const satisfies readonly { readonly id: StoryKind | ''; readonly text: string }[];

export type StoryFilter = (typeof STORY_FILTERS)[number]['id'];

/** The filter that an address asks for. Anything unknown shows everything. */
export function storyFilter(asked: unknown): StoryFilter {
  return STORY_FILTERS.find(({ id }) => id === asked)?.id ?? '';
}

/** One message beneath the line of the story that brought it about. */
export type StoryMessage = {
  readonly what: string;
  readonly tag: Tag;
  readonly subject: string | null;
  readonly text: ReturnType<typeof letterParts> | null;
  readonly reason: string | null;
};

export type StoryLine = {
  readonly kinds: readonly StoryKind[];
  readonly at: Instant;
  readonly title: string;
  readonly lines: readonly string[];
  /** Words with line breaks of their own. */
  readonly words: string | null;
  readonly messages: readonly StoryMessage[];
};

/**
 * Everything that happened to a deployment as one story, the newest first: its events, each with the messages that went because of
 * it, the calls that were recorded, and the notes. `events` come newest first.
 */
export function storyOf(
  {
    events,
    messages,
    callNotes,
    notes,
    counted,
    problems,
    voices,
    quieter,
    incoming,
  }: {
    readonly events: readonly ChronologyEvent[];
    readonly messages: readonly MessageLine[];
    readonly callNotes: readonly CallNoteLine[];
    readonly notes: readonly DeploymentNoteLine[];
    readonly counted: readonly CountedAnswer[];
    readonly problems: readonly Problem[];
    readonly voices: readonly VoiceLine[];
    readonly quieter: readonly QuieterChoice[];
    readonly incoming: readonly IncomingEmail[];
  },
  wording: Wording,
): readonly StoryLine[] {
  const { programme } = wording;
  const told = new Set<MessageLine>();
  const ofEvents = events.map((event): StoryLine => {
    const own = messages.filter((message) => !told.has(message) && isOf(message, event));
    for (const message of own) told.add(message);
    const { title, lines } = eventInWords(event, wording);
    const note = 'note' in event && event.note !== undefined ? [`Private note: ${event.note}`] : [];
    return {
      kinds: kindsOf(event, own, note.length > 0),
      at: event.at,
      title,
      lines: [...lines, ...added(event, wording), ...note, ...keptMeanwhile(event, counted)],
      words: null,
      messages: own.flatMap((message) => [
        messageOf(programme, message, false),
        ...voices.filter(({ letter }) => letter === message.key).map((voice) => voiceOf(message, voice)),
      ]),
    };
  });
  const alone = messages
    .filter((message) => !told.has(message))
    .map((message): StoryLine => {
      const { what } = messageOf(programme, message, true);
      return {
        kinds: ['messages'],
        at: message.writtenAt,
        title: what,
        lines: [],
        words: null,
        messages: [messageOf(programme, message, true)],
      };
    });
  const calls = callNotes.map((note): StoryLine => ({
    kinds: note.note === null ? ['calls'] : ['calls', 'notes'],
    at: note.at,
    title: `Call recorded: ${programme.steps[note.step]?.title ?? note.step}`,
    lines: [callNoteWords(note)],
    words: note.note,
    messages: [],
  }));
  const written = notes.map(({ by, words, at }): StoryLine => ({
    kinds: ['notes'],
    at,
    title: `Note by ${by}`,
    lines: [],
    words,
    messages: [],
  }));
  const toldProblems = problems.flatMap(({ by, title, words, at, ended }): readonly StoryLine[] => [
    { kinds: ['notes'], at, title: `Problem with “${title}”, told by ${by.name}`, lines: [], words, messages: [] },
    ...(ended === null
      ? []
      : [
          {
            kinds: ['notes'] as const,
            at: ended.at,
            title: `Problem with “${title}” dealt with by ${ended.by}`,
            lines: [],
            words: ended.words,
            messages: [],
          },
        ]),
  ]);
  const fewer = quieter.map((choice): StoryLine => ({
    kinds: ['messages'],
    at: choice.at,
    title: quieterLine(choice),
    lines: [],
    words: null,
    messages: [],
  }));
  const came = incoming.map((email): StoryLine => ({
    kinds: ['messages'],
    at: email.at,
    title: headingOf(email),
    lines: [
      ...(email.facts.said === undefined ? [] : [`The mail server said: ${email.facts.said}`]),
      ...(email.done === null ? [] : [`${email.done.by} dealt with it.`]),
    ],
    words: email.facts.said === undefined ? firstWords(email) : null,
    messages: [],
  }));
  const inTime = [...came, ...fewer, ...toldProblems, ...written, ...calls, ...alone, ...ofEvents];
  return inTime.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

/** “Call again on Monday 5 November 2040: Cora Coordinator.” */
export function callNoteWords({ outcome, by, callAgainOn }: Pick<CallNoteLine, 'outcome' | 'by' | 'callAgainOn'>): string {
  return `${CALL_OUTCOMES[outcome]}${callAgainOn === null ? '' : ` on ${longDateWithWeekday(callAgainOn)}`}: ${by}.`;
}

/** Whether an event wrote a message: at its instant, and, where it belongs to a ladder, of that rung. */
function isOf({ step, round, rung, kind, writtenAt }: MessageLine, event: ChronologyEvent): boolean {
  if (Date.parse(writtenAt) !== Date.parse(event.at)) return false;
  switch (event.type) {
    case 'rung-reached':
    case 'rung-skipped':
      return step === event.step && round === event.round && rung === event.rung;
    case 'rung-held':
      return step === event.step && round === event.round && rung.startsWith(`${event.rung}@`);
    case 'escalation-passed':
      return step === event.step && round === event.round && rung === `${event.rung}^${event.turn}`;
    default:
      return kind === 'news' && rung.startsWith(`${event.type}-`);
  }
}

function kindsOf(event: ChronologyEvent, own: readonly MessageLine[], hasNote: boolean): readonly StoryKind[] {
  const kind = 'kind' in event && (event.kind === 'call' || event.kind === 'escalation') ? 'calls' : KIND_OF[event.type];
  return [...new Set<StoryKind>([kind, ...(own.length > 0 ? (['messages'] as const) : []), ...(hasNote ? (['notes'] as const) : [])])];
}

/** Who was added to the people Chaser knows for a change. */
function added(event: ChronologyEvent, { nameOf }: Wording): readonly string[] {
  return 'adds' in event && event.adds !== undefined ? [`${nameOf(event.adds)} was new to Chaser, and was added.`] : [];
}

/** When an answer was given that had to be kept for a while before it counted. */
function keptMeanwhile(event: ChronologyEvent, counted: readonly CountedAnswer[]): readonly string[] {
  if (event.type !== 'step-answered') return [];
  const { step, round, answer } = event;
  const own = counted.find((each) => each.step === step && each.round === round && each.answer === answer);
  const words = own === undefined ? null : givenAndCounted(own.givenAt, own.countedAt);
  return words === null ? [] : [words];
}

const WHAT: Readonly<Record<string, string>> = {
  request: 'Request',
  notice: 'Notice',
  reminder: 'Reminder',
  overdue: 'Overdue notice',
  call: 'E-mail about the call',
  escalation: 'Escalation',
  'escalation-notice': 'Notice of an escalation',
  news: 'Notice of a change',
};

/** A text message or a letter to print, beside the e-mail of its rung. */
function voiceOf({ name, person }: MessageLine, { voice, state, words, reason }: VoiceLine): StoryMessage {
  return {
    what: `${voice === 'text' ? 'Text message' : 'Letter to print'} to ${name ?? person}`,
    tag: voice === 'print' && state === 'queued' ? { text: 'To post', classes: 'govuk-tag--yellow' } : messageTag(state),
    subject: null,
    text: words === null ? null : letterParts(words),
    // Who posted a letter stands on its page.
    reason,
  };
}

/** A message as it was sent, or why it was not. The stored text holds no links for answering (postgres/ledger/ledger.ts). */
function messageOf(programme: Programme, message: MessageLine, withStep: boolean): StoryMessage {
  const { kind, name, person, step, round, state, subject, text, reason } = message;
  const about = withStep ? `, ${programme.steps[step]?.title ?? step}${round > 1 ? `, round ${round}` : ''}` : '';
  return {
    what: `${WHAT[kind] ?? kind} to ${name ?? person}${about}`,
    tag: messageTag(state),
    subject,
    text: text === null ? null : letterParts(text),
    // The mail server's words on accepting a message tell a reader nothing.
    reason: state === 'accepted' || state === 'delivered' ? null : reason,
  };
}
