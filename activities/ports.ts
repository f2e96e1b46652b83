import type { ChronologyEvent, Instant } from '../domain/chronology/events.ts';
import type { Explanation } from '../domain/time/due-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';

/**
 * The ports: what the activities need of the world. postgres/ and mail/ implement them, worker/ wires them.
 */

/** One wake-up of a deployment: the events that follow `sequence`, to be stored all or not at all. */
export type WakeUp = {
  readonly reference: string;
  /** How many events of this deployment were stored before these. */
  readonly sequence: number;
  readonly events: readonly ChronologyEvent[];
  /** The workflow's clock, the only clock of the rules. */
  readonly asOf: Instant;
  /** The instant for which it was planned; null when an answer or the beginning brought it about. */
  readonly plannedAt: Instant | null;
};

export type RecordPort = {
  /**
   * Stores events, read model and queued letters in one transaction. Storing the same wake-up again changes nothing.
   * Answers the mailrooms to tell, with how long each may wait for more.
   */
  storeWakeUp(wakeUp: WakeUp): Promise<readonly MailroomCall[]>;
};

/** A word to a mailroom that letters are queued: `at-once` for requests, calls and escalations, `gather` for reminders. */
export type MailroomCall = { readonly mailroom: number; readonly urgency: 'at-once' | 'gather' };

export type { LetterKind };

/** Somebody as a letter names them. */
export type Named = { readonly name: string; readonly role: string; readonly email: string; readonly telephone: string | null };

/** Everything a letter says, looked up just before it is sent; mail/ turns it into words. */
export type Letter = {
  readonly key: string;
  readonly kind: LetterKind;
  readonly to: Named;
  /** The coordinator, who reads replies and records answers. */
  readonly replyTo: Named;
  /** By the deployment's clock. */
  readonly writtenAt: Instant;
  /** Id of the envelope in which this person first heard of this step and round; null when this is the first letter. */
  readonly threadKey: string | null;
  /** Where the recipient answers in one click; null when there is no web service, or nothing to answer. A secret. */
  readonly link: string | null;
  /** Where staff, who sign in there, record what came of a call; null when there is no web service. No secrets. */
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
    /** What is asked, placeholders filled in, addressed to the owner. */
    readonly ask: string;
    readonly next: string;
    readonly openedOn: PlainDate;
    readonly dueOn: PlainDate;
    readonly explanation: Explanation;
    readonly explainsOffer: boolean;
    readonly optional: boolean;
    /** `needs`: what must be said with it. */
    readonly answers: readonly { readonly id: string; readonly label: string; readonly needs: readonly string[] }[];
  };
  /** A notice's own words. */
  readonly notice: string | null;
  /** What a letter of kind "news" tells: the change in a few words, what follows, and the dates that moved. */
  readonly news: News | null;
  /** Working or school days that the step is late by, counted the step's own way; 0 when it is not. */
  readonly daysLate: number;
  readonly daysLateKind: 'working' | 'school';
  /** Who is asked: owner and joint owners. */
  readonly owners: readonly Named[];
  /** Who hears of it besides the owners, in whole sentences: "After that the regional team is told." */
  readonly alsoTold: readonly string[];
  /** Why this step is open (again): the answer that opened it, with what was said. */
  readonly because: { readonly text: string; readonly details: readonly { readonly label: string; readonly value: string }[] } | null;
  /** What was sent about this step before, oldest first. */
  readonly sentBefore: readonly { readonly on: PlainDate; readonly what: string; readonly toWhom: string }[];
};

export type News = {
  /** "The clock has been stopped" */
  readonly headline: string;
  readonly paragraphs: readonly string[];
  readonly moves: readonly { readonly title: string; readonly from: PlainDate; readonly to: PlainDate }[];
};

/** One e-mail as it leaves: one letter, or the reminders of one person together. */
export type Envelope = {
  /** The key of its first letter; kept over every try, so that a repeat is the same message. */
  readonly id: string;
  /** Fencing token: an attempt that lost its lease cannot mark. */
  readonly claim: string;
  readonly letters: readonly Letter[];
};

export type ComposedEmail = {
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly date: Instant;
  readonly to: { readonly name: string; readonly address: string };
  readonly replyTo: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly content: string }[];
};

/** The ledger as the mailroom works with it. Every mark is refused, silently, to an attempt that lost its lease. */
export type LedgerPort = {
  /** The mailroom comes: whoever queues a letter from now on must tell it again. */
  heedBells(mailroom: number): Promise<void>;
  /**
   * Claims a few e-mails' worth of letters under a fencing token, drops those that are no longer wanted (recorded as
   * suppressed, with the reason) and puts off those whose hour it is not; answers the rest, ready to compose.
   */
  claim(mailroom: number, claim: string, limit: number): Promise<Claimed>;
  /** Holds on to what is claimed for another while. */
  renew(claim: string): Promise<void>;
  markAccepted(envelope: Envelope, email: ComposedEmail, response: string): Promise<void>;
  /** Failed for good, which becomes a contact task; a refused address also ends that person's letters. */
  markFailed(envelope: Envelope, email: ComposedEmail, response: string, addressRefused: boolean): Promise<void>;
  /** To be tried again on its own schedule. */
  putOff(envelope: Envelope, response: string): Promise<void>;
  /** Back to the queue as if never claimed: no server was to be reached. */
  release(claim: string, why: string): Promise<void>;
  /** How long until a letter of this mailroom may be tried; null when none waits. Milliseconds. */
  msUntilNextTry(mailroom: number): Promise<number | null>;
};

/** `rows` counts what was claimed, wanted or not: none left means the post is done. */
export type Claimed = { readonly rows: number; readonly envelopes: readonly Envelope[] };

/** What a link in a letter is bound to: one person, one step, one round. */
export type LinkSubject = { readonly reference: string; readonly step: string; readonly round: number; readonly person: string };

/** Makes the links by which letters are answered. */
export type LinkPort = {
  /**
   * The token of a link: unguessable without the secret, and the same each time, so that an e-mail that is sent again holds
   * the same link. `generation` is raised to revoke a link and give out another.
   */
  tokenFor(subject: LinkSubject, generation: number): string;
  /** What is kept of a token: whoever reads the database cannot answer for anybody. */
  hashOf(token: string): Buffer;
  /** The address that stands in the e-mail. */
  urlFor(token: string): string;
  /** The pages of staff that belong to a step. */
  pagesFor(step: { readonly reference: string; readonly step: string }): StaffPages;
};

/** Pages of the web service: where an answer is recorded for somebody who gave it by telephone, and the worklist. */
export type StaffPages = { readonly answer: string; readonly today: string };

/** What became of one e-mail at the mail server. */
export type Sent =
  | { readonly kind: 'accepted'; readonly response: string }
  /** 5xx for this address or message: final. */
  | { readonly kind: 'refused'; readonly response: string; readonly addressRefused: boolean }
  /** 4xx for this one: try again later, hold up nobody else. */
  | { readonly kind: 'deferred'; readonly response: string };

export type MailPort = {
  /** The words for an envelope. The same envelope is composed to the same e-mail, Message-ID included. */
  compose(envelope: Envelope): ComposedEmail;
  /** Rejects with `MailServerDown` when no server answers; nobody's letter is to blame then. */
  send(email: ComposedEmail): Promise<Sent>;
};

/** The mail server cannot be reached, or refuses everybody: to be tried again as a whole. */
export class MailServerDown extends Error {
  override readonly name = 'MailServerDown';
}
