import { whyClosed } from '../../desk/answer-words.ts';
import type { EscalationStory } from '../../desk/escalation-story.ts';
import type { Recipient } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate } from '../../domain/time/plain-date.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { Asked } from '../../postgres/access/answer-links.ts';
import { passedInItsStory, recordedBy, whoPassed } from '../../letters/passed-words.ts';
import type { FormProblem } from '../answer/read-fields.ts';
import { typedForm } from './read-forms.ts';
import type { Typed } from './read-forms.ts';
import { coordinatorOf } from './story-view.ts';
import type { StoryView } from './story-view.ts';

/** Who looks at an escalation, and from where. */
export type Viewer = {
  readonly person: PersonId;
  /** The address of the page. The pages to hand over and send back are under it. */
  readonly action: string;
  readonly csrf: string | null;
  /** Whether this is a signed-in person who may record what others say on the telephone. */
  readonly recordsForOthers: boolean;
};

export type Found = { readonly story: EscalationStory; readonly view: StoryView; readonly asked: Asked };

/** The result of a form that was sent: what was typed, its mistakes, or that it did not count. */
export type Sent = {
  readonly typed?: Typed;
  readonly problems?: readonly FormProblem[];
  readonly away?: boolean;
  /** What was typed into a form that came too late to count. */
  readonly notCounted?: Typed;
};

/** Whether somebody has the escalation, in person or by their role. */
export function mayTakeOn({ takers }: EscalationStory, person: PersonId): boolean {
  return takers.some((taker) => taker.person === person);
}

/** Whether somebody may decide on it: whoever has it, or a person who records what the holder says on the telephone. */
export function maySay(story: EscalationStory, { person, recordsForOthers }: Viewer): boolean {
  return mayTakeOn(story, person) || (recordsForOthers && story.takers.length > 0);
}

/** The page of an escalation, whatever its state now. */
export function escalationPage({ story, view, asked }: Found, viewer: Viewer, sent: Sent = {}) {
  const { problems = [], away = false, notCounted = null } = sent;
  const own = mayTakeOn(story, viewer.person);
  const mayTake = maySay(story, viewer);
  const over = story.open === null ? overWords(story, asked) : null;
  const { promise } = view;
  const promiseIsMine = promise?.by === viewer.person;
  const words = over ?? standingWords(story, view, viewer, mayTake);
  return {
    title: `${words.heading}: ${view.subject}`,
    heading: words.heading,
    sentences: words.sentences,
    view,
    action: viewer.action,
    csrf: viewer.csrf,
    over: over !== null,
    saysLate: story.stop === null && words.heading.endsWith(view.lateness),
    asksThem: own && promise === null && !elsewhere(story, viewer),
    mayTake,
    /** Somebody else has it, but the viewer may still take it on. */
    elsewhere: mayTake && elsewhere(story, viewer),
    mayPass: mayTake,
    /** The viewer does not have it, so they pass it on for whoever has. */
    passesForOthers: !own,
    canSendBack: mayTake && sendersBack(story, viewer).length > 0,
    takers: takersFor(story, viewer, story.takers),
    promise,
    promiseIsMine,
    typed: sent.typed ?? freshForm(story, viewer, promise),
    problems: Object.fromEntries(problems.map(({ id, text }) => [id, text])),
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    away,
    notCounted,
    coordinator: coordinatorOf(story),
  };
}

/** The words of the page for handing over or sending back. */
export function passPage({ story, view }: Found, viewer: Viewer, way: 'hand-over' | 'send-back', sent: Sent) {
  const { problems = [], away = false } = sent;
  const coordinator = coordinatorOf(story);
  const back = coordinator === null ? 'the coordinator' : `${coordinator.name}, ${coordinator.role}`;
  const words =
    way === 'hand-over'
      ? {
          heading: 'Hand this escalation over',
          explanation:
            'Whoever you name is asked by e-mail to take it on, with everything that you have seen. Until they do, nobody has taken it on.',
          button: 'Hand it over',
        }
      : {
          heading: 'Send this escalation back',
          explanation: `It goes back to ${back}, who is asked by e-mail to take it on.`,
          button: 'Send it back',
        };
  return {
    ...words,
    title: `${words.heading}: ${view.subject}`,
    way,
    view,
    action: viewer.action,
    csrf: viewer.csrf,
    takers: takersFor(story, viewer, way === 'send-back' ? sendersBack(story, viewer) : story.takers),
    whoAsks: way === 'hand-over' ? 'Who hands it over?' : 'Who sends it back?',
    typed: sent.typed ?? { ...typedForm({}), onBehalfOf: likeliest(story, viewer) },
    problems: Object.fromEntries(problems.map(({ id, text }) => [id, text])),
    errors: problems.map(({ id, text }) => ({ text, href: `#${id}` })),
    away,
  };
}

type Words = { readonly heading: string; readonly sentences: readonly string[] };

/** Why nothing is escalated any more. */
function overWords(story: EscalationStory, asked: Asked): Words {
  // The page is for whoever had the escalation, and the words for an owner suit them too.
  const closed = whyClosed({ ...asked, role: asked.role ?? story.words.owner, revoked: false }, story.chronology.programme);
  if (closed !== null) {
    return { heading: closed.title, sentences: closed.kind === 'asked-again' ? closed.sentences.slice(0, -1) : closed.sentences };
  }
  const last = story.events.at(-1);
  const because = last?.type === 'escalation-closed' ? last.because : '';
  return { heading: 'This is no longer late', sentences: [because, 'The escalation has ended. You do not need to do anything.'] };
}

function standingWords(story: EscalationStory, view: StoryView, viewer: Viewer, mayTake: boolean): Words {
  const { passed, open } = story;
  const { promise } = view;
  const name = (person: PersonId) => story.people.get(person)?.name ?? person;
  if (promise !== null && promise.by === viewer.person) {
    return { heading: 'You have taken this on', sentences: [] };
  }
  if (promise !== null) return { heading: `${promise.name} has taken this on`, sentences: mayTake ? [] : [NOTHING_NEEDED] };
  const asksThem = open?.holders.some(({ person }) => person === viewer.person) === true || viewer.recordsForOthers;
  if (passed === null || (mayTake && asksThem)) {
    const heading = story.stop === null ? `“${view.stepTitle}” is ${view.lateness}` : `“${view.stepTitle}” is paused`;
    return { heading, sentences: mayTake ? askWords(story, viewer) : [] };
  }
  const to = (open?.holders ?? []).map(({ person }) => name(person)).join(' and ') || 'nobody';
  const on = longDate(londonDate(Date.parse(passed.at)));
  const mine = (passed.onBehalfOf ?? passed.by) === viewer.person;
  const sentences = [
    `On ${on} ${passedInItsStory(passed, (person) => (mine && person === viewer.person ? 'you' : name(person)))}`,
    mayTake ? STILL_POSSIBLE : NOTHING_NEEDED,
  ];
  switch (passed.how) {
    case 'handed-over':
      return { heading: mine ? `You have handed this over to ${to}` : `This has been handed over to ${to}`, sentences };
    case 'sent-back':
      return { heading: mine ? `You have sent this back to ${to}` : `This has been sent back to ${to}`, sentences };
    case 'raised':
      return { heading: `This has gone up to ${to}`, sentences };
    case 'promise-passed':
      return { heading: `This has gone back to ${to}`, sentences };
    case 'asked-anew':
      return { heading: `This has been sent again to ${to}`, sentences };
    default:
      return passed.how satisfies never;
  }
}

const NOTHING_NEEDED = 'You do not need to do anything. If you know something that helps, tell them.';

const STILL_POSSIBLE = 'You do not need to do anything. As you hold the role to which it first came, you can still take it on.';

/** Why somebody is asked to take it on. */
function askWords({ passed, people }: EscalationStory, viewer: Viewer): readonly string[] {
  if (viewer.recordsForOthers && passed === null) return [];
  if (passed === null || passed.how === 'promise-passed') return [];
  const nameOf = (person: PersonId) => people.get(person)?.name ?? person;
  const on = longDate(londonDate(Date.parse(passed.at)));
  if (passed.how === 'raised' || passed.how === 'asked-anew') return [`It came here on ${on}. ${passed.because}`];
  return [
    `${whoPassed(passed, nameOf)} ${passed.how === 'sent-back' ? 'sent it back' : 'handed it over'} on ${on}: ${passed.because}${recordedBy(passed, nameOf)}`,
  ];
}

function elsewhere({ open }: EscalationStory, { person }: Viewer): boolean {
  return !(open?.holders ?? []).some((holder) => holder.person === person);
}

/** Who may send it back. Nobody sends it back to themselves. */
function sendersBack(story: EscalationStory, { person, recordsForOthers }: Viewer): readonly Recipient[] {
  const coordinator = coordinatorOf(story)?.person;
  if (coordinator === undefined) return [];
  return story.takers.filter((taker) => taker.person !== coordinator && (recordsForOthers || taker.person === person));
}

/** The people for whom a signed-in person may record it, themselves first. Empty when there is no choice. */
function takersFor(story: EscalationStory, { person, recordsForOthers }: Viewer, takers: readonly Recipient[]) {
  if (!recordsForOthers || (takers.length === 1 && takers[0]?.person === person)) return [];
  return takers
    .toSorted((one, other) => Number(other.person === person) - Number(one.person === person))
    .map((taker) => {
      const words = story.chronology.programme.roles[taker.role]?.title ?? taker.role;
      const name = story.people.get(taker.person)?.name ?? taker.person;
      return {
        value: taker.person,
        name: `${name}, ${words}`,
        text: taker.person === person ? `I do (${name}, ${words})` : `${name}, ${words}, who told me`,
      };
    });
}

/** An empty form. It holds what was promised when that is to be changed, and chooses whoever alone can take it on. */
function freshForm(story: EscalationStory, viewer: Viewer, promise: StoryView['promise']): Typed {
  const [year = '', month = '', day = ''] = (promise?.promisedOn ?? '').split('-');
  return {
    ...typedForm({}),
    words: promise?.words ?? '',
    day: String(Number(day) || ''),
    month: String(Number(month) || ''),
    year,
    onBehalfOf: likeliest(story, viewer),
  };
}

/** Who is chosen at first: the viewer, if they have the escalation, or its only holder. */
function likeliest(story: EscalationStory, { person }: Viewer): PersonId {
  if (mayTakeOn(story, person)) return person;
  return story.takers.length === 1 ? (story.takers[0]?.person ?? '') : '';
}
