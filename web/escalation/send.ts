import type { Via } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { typed } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { Services } from '../shared/services.ts';
import { carryOut } from './carry-out.ts';
import { maySay, mayTakeOn } from './page.ts';
import type { Found, Sent, Viewer } from './page.ts';
import { readNewHolder, readPromise, readReason, typedForm } from './read-forms.ts';

export type Way = 'take-on' | 'hand-over' | 'send-back';

/** The response to a form: it counted, or the page to show again, with its status. */
export type SendOutcome =
  | { readonly kind: 'counted' }
  | { readonly kind: 'again'; readonly status: 422 | 503; readonly sent: Sent }
  /** By now somebody else has the escalation, or it is over. */
  | { readonly kind: 'too-late'; readonly sent: Sent };

/** A form about an escalation as it was sent: the escalation, the sender, the content and the channel. */
export type Sending = {
  readonly found: Found;
  readonly viewer: Viewer;
  readonly way: Way;
  readonly body: FormBody;
  readonly via: Via;
};

/** Handles a form about an escalation: checks it, has the change made, and returns the outcome. */
export async function sendForm(services: Services, sending: Sending): Promise<SendOutcome> {
  const { found, viewer, way, body } = sending;
  const form = typedForm(body);
  const { story } = found;
  const who = viewer.recordsForOthers ? typed(body, 'onBehalfOf') || viewer.person : viewer.person;
  // A form in which the sender speaks for themselves says nothing about whoever has the escalation now.
  const notTheirs = typed(body, 'onBehalfOf') === viewer.person && !mayTakeOn(story, viewer.person);
  if (!maySay(story, viewer) || notTheirs) return { kind: 'too-late', sent: { notCounted: form } };
  const read = await readCommand(services, sending, who);
  if ('problems' in read) return { kind: 'again', status: 422, sent: { typed: form, problems: read.problems } };
  const outcome = await carryOut(services, story.reference, read.command, form.once);
  switch (outcome.kind) {
    case 'counted':
      return outcome;
    case 'away':
      return { kind: 'again', status: 503, sent: { typed: form, away: true } };
    case 'refused': {
      const { kind, message, remedy } = outcome.because;
      if (kind === 'no-escalation' || kind === 'not-running' || kind === 'over') return { kind: 'too-late', sent: { notCounted: form } };
      if (kind === 'not-the-holder' && way !== 'send-back') return { kind: 'too-late', sent: { notCounted: form } };
      const id = way === 'take-on' ? (kind === 'bad-date' ? 'by-day' : 'words') : way === 'hand-over' ? 'to' : 'because';
      return { kind: 'again', status: 422, sent: { typed: form, problems: [{ id, text: `${message} ${remedyOnPage(remedy)}` }] } };
    }
    default:
      return outcome satisfies never;
  }
}

type Read = { readonly command: ChangeCommand } | { readonly problems: readonly FormProblem[] };

async function readCommand({ db }: Services, { found: { story }, viewer, way, body, via }: Sending, who: string): Promise<Read> {
  const ref = { step: story.step, round: story.round };
  const own = who === viewer.person;
  const nobody = mayTakeOn(story, who) ? [] : [{ id: 'onBehalfOf', text: WHO[way] }];
  if (way === 'take-on') {
    const { words, promisedOn, problems } = readPromise(body, londonDate(Date.parse(story.now)));
    const all = [...nobody, ...problems];
    if (all.length > 0) return { problems: all };
    return {
      command: {
        ...ref,
        kind: 'acknowledge',
        by: viewer.person,
        onBehalfOf: own ? null : who,
        via: own ? via : 'telephone',
        because: words,
        promisedOn,
      },
    };
  }
  const { because, problems } = readReason(body);
  const said = { ...ref, by: viewer.person, onBehalfOf: own ? null : who, because };
  if (way === 'send-back') {
    const all = [...nobody, ...problems];
    return all.length > 0 ? { problems: all } : { command: { ...said, kind: 'send-back' } };
  }
  const holder = await readNewHolder(db, body);
  const all = [...nobody, ...holder.problems, ...problems];
  return holder.to === null || all.length > 0 ? { problems: all } : { command: { ...said, kind: 'hand-over', to: holder.to } };
}

const WHO: Readonly<Record<Way, string>> = {
  'take-on': 'Select who takes it on',
  'hand-over': 'Select who hands it over',
  'send-back': 'Select who sends it back',
};
