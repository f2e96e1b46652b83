import type { ChronologyEvent, Instant } from '../domain/chronology/events.ts';
import type { Explanation } from '../domain/time/due-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';

/**
 * The ports: what the activities need from the outside world. postgres/ and mail/ implement them, and worker/ wires
 * them together.
 */

/** One wake-up of a deployment: the events that follow `sequence`. Either all of them are stored or none. */
export type WakeUp = {
  readonly reference: string;
  /** How many events of this deployment were stored before these. */
  readonly sequence: number;
  readonly events: readonly ChronologyEvent[];
  /** The time by the workflow's clock, which is the only clock the rules use. */
  readonly asOf: Instant;
  /** The instant the wake-up was planned for; null when an answer or the start of the deployment caused it. */
  readonly plannedAt: Instant | null;
  /**
   * When the deployment wakes next, as it was worked out at the last of these events; null when only an answer wakes it. Absent where nobody
   * worked it out.
   */
  readonly nextWakeAt?: Instant | null;
};

export type RecordPort = {
  /**
   * Stores events, read model and queued letters in one transaction. Storing the same wake-up again changes nothing.
   * Answers which mailrooms to tell, and how long each may wait for more letters.
   */
  storeWakeUp(wakeUp: WakeUp): Promise<readonly MailroomCall[]>;
  /**
   * The events of a deployment that are stored after so many, where time alone brought all of them about. None where there are none, and none
   * where somebody asked for one of them.
   */
  broughtByTimeAfter(reference: string, sequence: number): Promise<readonly ChronologyEvent[]>;
};

/** Tells a mailroom that letters are queued: `at-once` for requests, calls and escalations, `gather` for reminders. */
export type MailroomCall = { readonly mailroom: number; readonly urgency: 'at-once' | 'gather' };

export type { LetterKind };

/** A person as a letter names them. */
export type Named = { readonly name: string; readonly role: string; readonly email: string; readonly telephone: string | null };

/** Everything a letter says, looked up just before it is sent; mail/ turns it into words. */
export type Letter = {
  readonly key: string;
  readonly kind: LetterKind;
  readonly to: Named;
  /** The coordinator, who reads replies and records answers. */
  readonly replyTo: Named;
  /** Who asks, where the step says in whose name it is asked; their name stands before ours as the sender's. */
  readonly sender: string | null;
  /** By the clock of the deployment. */
  readonly writtenAt: Instant;
  /** Id of the envelope that first told this person of this step and round; null when this is the first letter. */
  readonly threadKey: string | null;
  /**
   * Where the recipient answers in one click; null when there is no web service or nothing to answer. The address is a
   * secret.
   */
  readonly link: string | null;
  /** Where its recipient stops letters of its kind; absent where they may not, or where there is no web service. The address is a secret. */
  readonly quieter?: string;
  /** Why it comes, in one line, though its recipient has stopped the letters that they may stop. */
  readonly goesOn?: string;
  /** Where signed-in staff record the outcome of a call; null when there is no web service. It holds no secret. */
  readonly pages: StaffPages | null;
  readonly deployment: {
    readonly reference: string;
    readonly programme: string;
    /** The offer in plain English. */
    readonly offer: string;
    /** The school's or trust's name. */
    readonly subject: string;
    readonly region: string;
  };
  readonly step: {
    readonly id: string;
    readonly stage: string;
    readonly title: string;
    readonly round: number;
    /** What is asked of the owner, with its placeholders filled in. */
    readonly ask: string;
    readonly next: string;
    readonly openedOn: PlainDate;
    readonly dueOn: PlainDate;
    readonly explanation: Explanation;
    readonly explainsOffer: boolean;
    readonly optional: boolean;
    /** `needs`: what must be said with the answer. `form`: the page asks for so much with it that it is a form to fill in. */
    readonly answers: readonly { readonly id: string; readonly label: string; readonly needs: readonly string[]; readonly form: boolean }[];
  };
  /** The text of a notice. */
  readonly notice: string | null;
  /** What a letter of kind "news" tells: the change in a few words, what follows from it, and the dates that moved. */
  readonly news: News | null;
  /** What it changes in its reader's calendar, besides the due date that it asks for: what the news moves, and what has closed. */
  readonly entries: readonly ChangedEntry[];
  /** How many working or school days the step is late, in the step's own unit; 0 when it is not late. */
  readonly daysLate: number;
  readonly daysLateKind: 'working' | 'school';
  /** Who is asked: the owner and joint owners. */
  readonly owners: readonly Named[];
  /** Who else is told, in whole sentences: "After that the regional team is told." */
  readonly alsoTold: readonly string[];
  /** Why this step is open (again): the answer that opened it, with the words given. Most notices do not say it. */
  readonly because: { readonly text: string; readonly details: readonly { readonly label: string; readonly value: string }[] } | null;
  /** What is said about an answer that was begun and not sent; null when nobody has begun one. */
  readonly begun: Begun | null;
  /** The day, over by now, by which the recipient said that they would answer; null when they said none. */
  readonly promisedOn: PlainDate | null;
  /** Whether the page behind the link lets them say by when they will answer. */
  readonly maySayWhen: boolean;
  /** Whether it lets them ask for more time. */
  readonly mayAskForTime: boolean;
  /** Whether it lets them name somebody else to be asked. */
  readonly mayPassOn: boolean;
  /** The letters already sent about this step, and in letters about lateness the calls, oldest first. */
  readonly sentBefore: readonly { readonly on: PlainDate; readonly what: string; readonly toWhom: string }[];
};

export type Begun = {
  /** To a reader who has begun; null for any other. */
  readonly toYou: string | null;
  /** Who has begun and when, for whoever telephones or decides. */
  readonly ofThem: string;
  /** What to say to them on the telephone. */
  readonly say: string;
};

export type News = {
  /** "The clock has been stopped" */
  readonly headline: string;
  readonly paragraphs: readonly string[];
  readonly moves: readonly { readonly title: string; readonly from: PlainDate; readonly to: PlainDate }[];
};

/** An entry in somebody's calendar: the due date of a step and round that they were asked for. */
export type ChangedEntry = {
  readonly step: string;
  readonly round: number;
  readonly title: string;
  readonly ask: string;
  readonly dueOn: PlainDate;
  /** False: it is over, and the entry is to go. */
  readonly stands: boolean;
};

/** An entry with everything that its file says, so that a repeat is the same file. */
export type DatedEntry = {
  readonly reference: string;
  /** The school's or trust's name. */
  readonly subject: string;
  /** The coordinator, whom its reader may ask; null while there is none. */
  readonly replyTo: { readonly name: string; readonly email: string } | null;
  /** By the clock of the deployment; its revision follows from it. */
  readonly writtenAt: Instant;
  readonly changed: ChangedEntry;
};

/** One e-mail as it leaves: a single letter, or one person's reminders together. */
export type Envelope = {
  /** The key of its first letter. Every attempt keeps it, so that a repeat is recognised as the same message. */
  readonly id: string;
  /** Fencing token: an attempt that has lost its lease cannot mark the letters. */
  readonly claim: string;
  /** An earlier attempt handed it over, and how that ended is not known. */
  readonly perhapsSent: boolean;
  /** How many events its letters know of each deployment, by its reference: they say what was true then. */
  readonly sequences: Readonly<Record<string, number>>;
  readonly letters: readonly Letter[];
};

export type ComposedEmail = {
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly date: Instant;
  readonly to: { readonly name: string; readonly address: string };
  readonly replyTo: { readonly name: string; readonly address: string };
  /** The name of the person in whose name it goes out; absent: it goes out under the name of the service alone. */
  readonly sender?: string;
  /** Where its recipient stops e-mails of its kind in one click (RFC 8058); absent for what must go. */
  readonly unsubscribe?: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly content: string }[];
  /** Where its reader finds the due dates as calendar entries, when they cannot be attached. */
  readonly calendarLinks?: readonly { readonly title: string; readonly link: string }[];
};

/**
 * The ledger as the mailroom uses it. An attempt that has lost its lease cannot mark anything; its marks are ignored
 * without an error.
 */
export type LedgerPort = {
  /** Records that the mailroom has started its round. Whoever queues a letter after this must tell it again. */
  heedBells(mailroom: number): Promise<void>;
  /**
   * Claims letters for a few e-mails under a fencing token. Drops those that are no longer wanted (recorded as
   * suppressed, with the reason) and puts off those that may not leave yet. Answers the rest, ready to compose.
   */
  claim(mailroom: number, claim: string, limit: number): Promise<Claimed>;
  /** Renews the lease on what is claimed. */
  renew(claim: string): Promise<void>;
  /**
   * Records what is about to be handed to the mail server, under which Message-ID. From here on each of these letters counts
   * as perhaps sent, until the server's answer is marked. Answers the ids of the envelopes that this claim still holds, and in whose
   * deployments nothing has happened since they were claimed; the others must not be sent. They may be under way elsewhere, or go back to
   * the queue to be judged and written anew.
   */
  handOver(claim: string, emails: readonly HandedOver[]): Promise<ReadonlySet<string>>;
  /**
   * Ends what is held against the mail server, since it has taken this one. `notification` is the id under which it will tell what
   * became of the e-mail, where it tells more.
   */
  markAccepted(envelope: Envelope, response: string, notification?: string): Promise<void>;
  /**
   * Marks a letter as failed for good and makes a contact task of it. A refused address also ends that person's
   * letters.
   */
  markFailed(envelope: Envelope, email: ComposedEmail, response: string, addressRefused: boolean): Promise<void>;
  /** Marks a letter to be tried again on its own schedule. */
  putOff(envelope: Envelope, response: string): Promise<void>;
  /**
   * Books what the server said of us, or of itself, instead of the letter. Nothing is marked for good: what was said to one
   * recipient is believed when a second hears the same, and until then the letter alone steps aside. A letter that six times
   * met it while others got through fails, with a contact task. Answers whether it is believed.
   */
  bookTrouble(envelope: Envelope, trouble: Trouble): Promise<boolean>;
  /** Returns envelopes that were not handed over to the queue, to be judged and gathered anew. No try is counted. */
  putBack(envelopes: readonly Envelope[]): Promise<void>;
  /** Returns letters to the queue as if they had never been claimed. Those that were handed over stay perhaps sent. */
  release(claim: string, why: string): Promise<void>;
  /** Milliseconds until a letter of this mailroom may be tried; null when none waits. */
  msUntilNextTry(mailroom: number): Promise<number | null>;
};

/** An envelope with its letters as they leave. */
export type HandedOver = { readonly envelope: Envelope; readonly email: ComposedEmail };

/** What a server said that is about no letter. */
export type Trouble = {
  readonly kind: 'we-are-refused' | 'no-server';
  readonly said: string;
  /** Who the e-mail was for. Null: the server failed before any recipient was named, so it fails for everybody. */
  readonly recipient: string | null;
  readonly perhapsSent: boolean;
};

/** `rows` counts what was claimed, wanted or not. When it is 0, the queue is empty. */
export type Claimed = { readonly rows: number; readonly envelopes: readonly Envelope[] };

/** What a link in a letter is bound to: one person, one step and one round. */
export type LinkSubject = { readonly reference: string; readonly step: string; readonly round: number; readonly person: string };

/** Makes the links that let people answer from a letter. */
export type LinkPort = {
  /**
   * The token of a link. It cannot be guessed without the secret, and is the same each time, so that an e-mail that is
   * sent again holds the same link. Raise `generation` to revoke a link and issue another.
   */
  tokenFor(subject: LinkSubject, generation: number): string;
  /** The hash of a token that is stored, so that nobody who reads the database can answer for others. */
  hashOf(token: string): Buffer;
  /** The address that is printed in the e-mail. */
  urlFor(token: string): string;
  /** The token with which somebody stops letters of a deployment. Whoever gets another address has another one. */
  quieterTokenFor(of: { readonly reference: string; readonly person: string; readonly email: string }): string;
  quieterUrlFor(token: string): string;
  /** The staff pages of a step. */
  pagesFor(step: { readonly reference: string; readonly step: string }): StaffPages;
};

/** Pages of the web service: where an answer given by telephone is recorded, and the worklist. */
export type StaffPages = { readonly answer: string; readonly deployment: string; readonly today: string };

/** What the mail server did with one e-mail. */
export type Sent =
  | {
      readonly kind: 'accepted';
      readonly response: string;
      /** The id under which GOV.UK Notify tells later what became of it. A mail server gives none. */
      readonly notification?: string;
    }
  /** 5xx for this address or message: it is final. */
  | { readonly kind: 'refused'; readonly response: string; readonly addressRefused: boolean }
  /** 4xx for this address or message: try again later, without holding up the others. */
  | { readonly kind: 'deferred'; readonly response: string };

export type MailPort = {
  /** Composes the e-mail for an envelope. The same envelope always gives the same e-mail, including its Message-ID. */
  compose(envelope: Envelope): ComposedEmail;
  /**
   * Rejects with `MailServerDown` when no server answers. No single letter is at fault then. An e-mail that an earlier attempt
   * has perhaps sent goes again under the same name; where its server would not know it by that name, it is asked first.
   */
  send(email: ComposedEmail, before?: { readonly perhapsSent: boolean }): Promise<Sent>;
};

/** A text message as it leaves. */
export type OutgoingText = {
  /** The key of its letter, from which its name at the provider is made. */
  readonly letter: string;
  /** "07700900123" */
  readonly number: string;
  readonly words: string;
  /** The recipient's e-mail address: where no e-mail may go, no text message goes. */
  readonly email: string;
};

/** Sends text messages, as `MailPort` sends e-mails. */
export type TextPort = {
  /** Rejects with `MailServerDown` when the provider does not take any. `addressRefused` says that the number is at fault. */
  send(text: OutgoingText, before: { readonly perhapsSent: boolean }): Promise<Sent>;
};

/** The summaries of the week that members of the staff get. */
export type DigestPort = {
  /** Whose summary is to be decided at this moment: everybody's of that week who has none yet, and nobody's on a day that is no working day. */
  due(at: Instant): Promise<readonly { readonly person: string; readonly week: PlainDate }[]>;
  /** Queues it, or leaves it out when there is nothing to say. Once a person and week, however often it is asked. Answers whether it was queued. */
  queue(due: { readonly person: string; readonly week: PlainDate }): Promise<boolean>;
};

/** The waves of surveys, as their workflows use them. */
export type WavePort = {
  /**
   * Sends whatever is due in a wave at this moment and closes it when its time is over. Once each, however often it is asked. Answers
   * when something is due next; null when the wave has ended. Calls `heartbeat` as it goes on.
   */
  wake(of: { readonly wave: number; readonly at: Instant }, heartbeat: () => void): Promise<{ readonly nextAt: Instant | null }>;
};

/** What looks for whatever has stopped or gone wrong, and keeps what it finds. */
export type WatchdogPort = {
  /**
   * Makes one round, inside this activity, which began at `workerMs` by the worker's clock (epoch milliseconds). Answers how many findings
   * there are. Calls `heartbeat` as it goes on.
   */
  look(
    round: { readonly workflowId: string; readonly activityId: string; readonly workerMs: number },
    heartbeat: () => void,
  ): Promise<number>;
};

/** Which forecasts a round works out: all that are not up to date, or those of deployments that have none. */
export type ForecastsAsked = 'all' | 'new';

/** What keeps the forecasts that lists show. */
export type ForecastPort = {
  /**
   * Works out anew what is asked for, one deployment after another, for some minutes at the most. Answers how many it kept. Before each of them
   * `goesOn` is asked: false ends the round.
   */
  refresh(which: ForecastsAsked, goesOn: () => boolean): Promise<number>;
};

/** The mail server cannot be reached, or refuses the sender. No letter is at fault. */
export class MailServerDown extends Error {
  override readonly name = 'MailServerDown';
  readonly trouble: Trouble['kind'];
  /** `one`: it was said while one e-mail was under way, and others may fare better. */
  readonly saidTo: 'anybody' | 'one';
  /** The connection was lost before the server said whether it had taken the e-mail. */
  readonly perhapsSent: boolean;

  constructor(
    message: string,
    options: {
      readonly cause?: unknown;
      readonly trouble?: Trouble['kind'];
      readonly saidTo?: 'anybody' | 'one';
      readonly perhapsSent?: boolean;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.trouble = options.trouble ?? 'no-server';
    this.saidTo = options.saidTo ?? 'anybody';
    this.perhapsSent = options.perhapsSent ?? false;
  }
}

/** Who wrote an e-mail, as its header says: nothing proves it. */
export type Writer = { readonly name: string; readonly address: string };

/**
 * What an e-mail that came in is:
 *
 * - `bounce`: it did not arrive, and will not. `addressForGood` says that nobody will ever read anything at the address.
 * - `delayed`: it has not arrived yet, and is tried again.
 * - `automatic`: a program answered. It may say until when somebody is away, and whom to ask meanwhile.
 * - `person`: a person wrote it.
 */
export type IncomingKind =
  | { readonly kind: 'bounce'; readonly recipients: readonly string[]; readonly said: string; readonly addressForGood: boolean }
  | { readonly kind: 'delayed'; readonly recipients: readonly string[]; readonly said: string }
  | {
      readonly kind: 'automatic';
      /** By what it was known as automatic. */
      readonly because: string;
      /** The day on which they are back; null when it says none. */
      readonly returnsOn: PlainDate | null;
      /** Addresses of others that it names. */
      readonly names: readonly string[];
    }
  | { readonly kind: 'person' };

/** An e-mail that came in, as much of it as is kept: clean text of limited length, and no attachment. */
export type Incoming = {
  /** The same e-mail that comes twice has the same name: by its writer and Message-ID, or by what it says. 64 hexadecimal digits. */
  readonly onceAs: string;
  readonly what: IncomingKind;
  readonly from: Writer | null;
  readonly subject: string;
  /** When it says that it was written; null when it says nothing that is a time. */
  readonly writtenAt: string | null;
  /** What its writer wrote, without what they quote. */
  readonly words: string;
  /** What they quote. */
  readonly quoted: string;
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
  /** It was larger than what is read, or said more than what is kept. */
  readonly cut: boolean;
  /** Whether it replies to a letter of a survey. What a person says in it is kept nowhere, for staff would read it. */
  readonly ofSurvey: boolean;
  /** The left parts of the Message-IDs of letters that it may belong to: 32 hexadecimal digits each. */
  readonly letters: readonly string[];
};
