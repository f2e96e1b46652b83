import type { PlainDate } from './time/plain-date.ts';
import type { DayKind, TimeAllowed } from './time/time-allowed.ts';

/**
 * A programme: one versioned chronology as data. Written as YAML in programmes/, checked there, and handed
 * to the core as this plain JSON value. A running deployment keeps the programme it began with.
 */
export type Programme = {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** The source of the chronology: the guidance and its date. */
  readonly source: string;
  /** What the offer is, in plain English for a school that hears of it for the first time. */
  readonly offer: string;
  readonly roles: Readonly<Record<RoleId, Role>>;
  readonly sendingHours: { readonly fromMinute: number; readonly toMinute: number };
  /** The most reminder e-mails one person gets in one day; what is over waits for the next sending morning. */
  readonly dailyCap: number;
  /** Term calendars, in order of preference, that stand in for an authority whose terms are not known. */
  readonly assumedTermCalendars: readonly string[];
  /** Steps that open when a deployment begins. */
  readonly begins: readonly StepId[];
  readonly stages: readonly Stage[];
  readonly steps: Readonly<Record<StepId, Step>>;
  readonly ends: Readonly<Record<EndId, End>>;
  /** The end a deployment comes to when no step that must be done is open any more. */
  readonly completesAs: EndId;
  /** The rules for changes to a running deployment. A programme that sets none has `DEFAULT_CHANGE_RULES`. */
  readonly changes?: ChangeRules;
  /**
   * What is asked when a deployment starts. The answers become facts, on which steps, answers and fields may depend.
   */
  readonly starts?: readonly Field[];
};

/** The fact that every deployment has: whether a `school` or a `trust` is supported. */
export const SUBJECT_FACT = 'subject';

/** The programme's rules for stops, extensions, rematches, reopening and escalations. Counts are in working days. */
export type ChangeRules = {
  /**
   * How many working days an unacknowledged escalation waits before it goes up the chain; null: it stays where it is.
   */
  readonly acknowledgeWithin: number | null;
  /**
   * Once the expected end of a stopped clock has passed, the coordinator is asked again at this interval of working
   * days.
   */
  readonly askAgainAfter: number;
  /**
   * The owner of the `approval` step decides on an extension by more working days than `upTo`; null: there is no limit.
   */
  readonly extension: { readonly upTo: number; readonly approval: StepId } | null;
  /** Null: this programme has no role to rematch. */
  readonly rematch: RematchRule | null;
  /** How many working days after its end a withdrawn or declined deployment may be reopened. */
  readonly reopenWithin: number;
  /** Missing: `DEFAULT_PROMISES`; null: nobody may put reminders off by saying when they will answer. */
  readonly promises?: PromiseRule | null;
  /** How somebody who is asked may name another to be asked instead. Missing: the coordinator approves it. */
  readonly passOn?: PassOnRule;
};

/**
 * How often, and how far ahead, somebody who is asked may say by when they will answer. Until then no reminder goes.
 */
export type PromiseRule = {
  /** The most promises in one round of a step. */
  readonly most: number;
  /** How many working days after the promise its day may lie. */
  readonly within: number;
};

/**
 * Who decides when a recipient names somebody else: the coordinator (`approved`), or nobody where the other has an address
 * in a domain of the same school or trust (`same-domain`).
 */
export type PassOnRule = 'approved' | 'same-domain';

export type RematchRule = {
  /** Who is replaced: the system leader. */
  readonly role: RoleId;
  /** The step at which the next round begins. */
  readonly opens: StepId;
  /** The step at which it begins when the new holder is already named; null: it begins at `opens` all the same. */
  readonly whenNamed: StepId | null;
  /** Once this step has been answered it is too late. */
  readonly until: StepId;
};

export const DEFAULT_CHANGE_RULES: ChangeRules = {
  acknowledgeWithin: null,
  askAgainAfter: 5,
  extension: null,
  rematch: null,
  reopenWithin: 20,
};

/** An assumption of ours: the guidance does not speak of promises. */
const DEFAULT_PROMISES: PromiseRule = { most: 2, within: 5 };

/** How often and how far ahead the owners of a step may promise; null: not at all. */
export function promiseRuleOf(programme: Programme): PromiseRule | null {
  const { promises = DEFAULT_PROMISES } = changeRulesOf(programme);
  return promises;
}

/** The rules for changes in a programme that sets none. */
export function changeRulesOf(programme: Programme): ChangeRules {
  return programme.changes ?? DEFAULT_CHANGE_RULES;
}

export type RoleId = string;
export type StepId = string;
export type AnswerId = string;
export type RungId = string;
export type EndId = string;
export type FactId = string;
/** A contact id: never a name or an address, so it may stand in a workflow's history. */
export type PersonId = string;

export type Role = {
  /** "system leader", "RDP coordinator" */
  readonly title: string;
  /** The days on which this role's own steps are counted and chased. */
  readonly days: DayKind;
  /** Informed only: told, never chased. */
  readonly informedOnly: boolean;
  /** Nobody holds it when a deployment begins: an answer names its holder (a person field that `names` it). */
  readonly namedLater?: boolean;
  /**
   * The role under which the people file lists its holders, when the programme calls it something else: `tsc` is held
   * by `rdp`.
   */
  readonly heldBy?: RoleId;
  /** Who telephones when this role is silent; null when nobody does. */
  readonly calledBy: RoleId | null;
  /** Who receives the escalation when this role stays silent; null only for roles that own no step. */
  readonly escalatesTo: RoleId | null;
  /** Who else is told of that escalation. */
  readonly escalationTells: readonly RoleId[];
};

export type Stage = {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly steps: readonly StepId[];
};

export type Step = {
  readonly id: StepId;
  readonly stage: string;
  /** A short noun phrase for lists and subjects: "Confirm participation". */
  readonly title: string;
  readonly owner: RoleId;
  /** Joint owners: asked and reminded with the owner; an answer of any of them closes the step. */
  readonly with: readonly RoleId[];
  /**
   * In whose name the step is asked: replies come to this role, its holder is named as the one to ask, and telephones when the
   * owner is silent. Left out, the coordinator has the replies and the owner's `calledBy` telephones.
   */
  readonly askedBy?: RoleId;
  /** What is asked, in plain English, addressed to the owner; {placeholders} name the parties. */
  readonly ask: string;
  /** What is asked of a joint owner, when the words differ. */
  readonly askWith: Readonly<Record<RoleId, string>>;
  /** What happens after it is answered, in plain English. */
  readonly next: string;
  readonly allowed: TimeAllowed;
  /** What Chaser assumed where the guidance is silent or ambiguous; shown to users. */
  readonly assumption: string | null;
  /** The row of the guidance this step comes from. */
  readonly source: string;
  /**
   * Day zero: the day the step opens, a date fact recorded earlier (`matchedOn`), or the due date of the round before,
   * which keeps a review that comes each term from drifting.
   */
  readonly countsFrom: 'opening' | typeof ROUND_BEFORE | FactId;
  readonly answers: readonly Answer[];
  /** The chases of this step, in order; the loader resolves them from the programme's ladders. */
  readonly ladder: readonly Rung[];
  /** May be left undone: never overdue, never escalated; lapses the day after its due date. */
  readonly optional: boolean;
  /** Done by Chaser itself: once every notice has been given, Chaser gives this answer. */
  readonly automatic: AnswerId | null;
  /** The first letter says plainly that the offer is voluntary and who is told what. */
  readonly explainsOffer: boolean;
  /** Applies only when the facts match: { tier: ["tier-2", "tier-3"] }. Otherwise the step is passed over. */
  readonly when?: Condition;
  /** Day zero is never earlier than this date: those matched in summer 2021 were counted from the start of the year. */
  readonly notBefore?: PlainDate;
  /** Somebody who looks after the deployment may raise it at any time: an engagement concern, another route. */
  readonly raised?: Raised;
};

/** From when a step may be raised: once a step has been answered; null: from the beginning. */
export type Raised = { readonly after: StepId | null };

/** `countsFrom` of a step whose rounds keep a rhythm: day zero is the due date of the round before. */
export const ROUND_BEFORE = 'round-before';

/** The recorded fact from which a step is counted; null when it is counted from its opening or the round before. */
export function factCountedFrom({ countsFrom }: Pick<Step, 'countsFrom'>): FactId | null {
  return countsFrom === 'opening' || countsFrom === ROUND_BEFORE ? null : countsFrom;
}

export type Answer = {
  readonly id: AnswerId;
  /** As the owner would say it: "Yes, we will take part". */
  readonly label: string;
  /** The same for whoever is asked next, as the reason why: “{rdp} has approved the match.” Absent where the label serves. */
  readonly told?: string;
  readonly fields: readonly Field[];
  readonly opens: readonly StepId[];
  /** Open steps that this answer makes needless; they close as overtaken. */
  readonly closes: readonly StepId[];
  /** The deployment ends at once; every other open step closes as overtaken. */
  readonly ends: EndId | null;
  /** Facts set to the date of the answer: approving the match records `matchedOn`. */
  readonly records: readonly FactId[];
  /** May be given only when the facts match. */
  readonly when?: Condition;
  /** In the step that approves extensions: what this answer decides about the requested extension. */
  readonly extension?: 'agrees' | 'refuses' | null;
};

export type FieldId = string;

/** The kinds of field a form is made of. `form-values.ts` tells what each value looks like. */
export type FieldKind =
  'text' | 'long-text' | 'choice' | 'choices' | 'date' | 'money' | 'number' | 'yes-no' | 'files' | 'declaration' | 'group' | 'person';

/**
 * A field of an answer. The optional properties are present only when a programme sets them: programmes that were
 * pinned before they existed have none.
 */
export type Field = {
  readonly id: FieldId;
  readonly label: string;
  readonly hint: string | null;
  readonly kind: FieldKind;
  /** A field that is asked may not be left empty; a group has at least one entry. */
  readonly required: boolean;
  /** A person field: that person holds this role from now on. */
  readonly names: RoleId | null;
  /** A date, a number, a yes-no or a choice: recorded as this fact. */
  readonly records: FactId | null;
  /** Asked only when each of these fields, all above it, has one of the values given. */
  readonly when?: Condition;
  /** A choice, or choices: the options, in order. */
  readonly options?: readonly Option[];
  /** The smallest value: of money in pence, of a number as written ("0.5"), of a group its number of entries. */
  readonly min?: string;
  /** The largest value, written as the smallest. */
  readonly max?: string;
  /** A number: the most decimal places; none by default. */
  readonly decimals?: number;
  /** A date: later than the date in this field. */
  readonly after?: FieldId;
  /** A date: that of this field, or later. */
  readonly notBefore?: FieldId;
  /** A date: the day on which the deployment began, or later, unless it may be any. */
  readonly earliest?: 'began' | 'anytime';
  /** A date: how many days ahead of the answer it may lie, 0 for none; 366 unless told. */
  readonly latest?: number | 'anytime';
  /** A number: a multiple of this, "0.5" for half days. */
  readonly multipleOf?: string;
  /** Money: no more than so many pence for each of the number in this field. */
  readonly each?: { readonly of: FieldId; readonly pence: number };
  /** Money, or a number: no more than in this field of the form, or else than in the number kept as this fact. */
  readonly atMost?: FieldId;
  /** A declaration: what is signed. */
  readonly statement?: string;
  /** A group: what one entry is called, "intervention". */
  readonly entry?: string;
  /** A group: the fields of one entry. They may not include a group or a person. */
  readonly fields?: readonly Field[];
  /** A group: limits on the total of its entries. */
  readonly totals?: readonly Total[];
};

export type Option = { readonly id: string; readonly label: string };

/** The values that each field (of a form) or fact (of a deployment) must have one of. */
export type Condition = Readonly<Record<FieldId, readonly string[]>>;

/**
 * The total of the entries' field `of` is at most `max` (in pence for money), at most the form's field `atMost`, or at most
 * a share of the total of another field of the entries.
 */
export type Total = {
  readonly of: FieldId;
  readonly max?: string;
  readonly atMost?: FieldId;
  readonly share?: { readonly percent: number; readonly of: FieldId };
  /** Applies only when these fields of the form have the values given. */
  readonly when?: Condition;
};

/** How a letter goes besides its e-mail: as a text message, or on paper. */
export type Voice = 'text' | 'print';

export type RungKind = 'request' | 'notice' | 'reminder' | 'overdue' | 'call' | 'escalation';

export type Rung = {
  /** Unique in the step and part of every message's key: "request", "reminder-3", "overdue+1", "notice-diocese". */
  readonly id: RungId;
  readonly kind: RungKind;
  /** At the opening, or so many days before (negative) or after (positive) the due date. */
  readonly at: 'opening' | { readonly daysFromDue: number };
  /** The days on which the offset is counted and the letter sent; the step's own unless the rung says otherwise. */
  readonly days: DayKind;
  /** A notice: the role that is told, and what it is told. */
  readonly to: RoleId | null;
  readonly text: string | null;
  /** A notice: it says besides which answer opened the step, with everything that was said in it. */
  readonly withAnswer?: boolean;
  /** A notice: what it repeats of the newest answers to earlier steps, as fields by step. */
  readonly withEarlier?: Readonly<Record<StepId, readonly FieldId[]>>;
  /** `more`: sent only when a deployment is chased more than usual. `not-less`: left out when it is chased less. */
  readonly pace?: 'more' | 'not-less' | null;
  /** How it goes besides its e-mail: a request, a reminder or an overdue notice only. Left out: by e-mail alone. */
  readonly also?: readonly Voice[];
};

export type End = { readonly title: string; readonly outcome: 'completed' | 'declined' | 'withdrawn' };

/** The coordinator's role: the one that telephones also reads the replies. Null when nobody telephones. */
export function coordinatorRole(programme: Programme): RoleId | null {
  return Object.values(programme.roles).find((role) => role.calledBy !== null)?.calledBy ?? null;
}

/** The role in whose name a step is asked: it gets the replies. Null when the step names none and nobody coordinates. */
export function askerOf(programme: Programme, step: Pick<Step, 'askedBy'>): RoleId | null {
  return step.askedBy ?? coordinatorRole(programme);
}

/** The role that telephones when the owner of a step is silent: the one that asks, or the owner's `calledBy`; null when nobody does. */
export function callerOf(programme: Programme, step: Pick<Step, 'askedBy' | 'owner'>): RoleId | null {
  return step.askedBy ?? programme.roles[step.owner]?.calledBy ?? null;
}

/** Owner and joint owners, in that order. */
export function ownersOf(step: Step): readonly RoleId[] {
  return [step.owner, ...step.with];
}

/** The days on which a step is counted: school days as soon as one of its owners keeps them. */
export function daysOf(programme: Programme, step: Step): DayKind {
  return ownersOf(step).some((role) => programme.roles[role]?.days === 'school') ? 'school' : 'working';
}

/**
 * Whether whoever is asked in a role may name somebody else: not staff of the delivery partner or the Department, whose work is moved by
 * their own, and not whoever is matched anew when they cannot go on.
 */
export function mayPassOn(programme: Programme, step: Step, role: RoleId | null): boolean {
  if (role === null || !ownersOf(step).includes(role)) return false;
  const staff = new Set([
    coordinatorRole(programme),
    askerOf(programme, step),
    ...Object.values(programme.roles).map(({ escalatesTo }) => escalatesTo),
  ]);
  return !staff.has(role) && changeRulesOf(programme).rematch?.role !== role;
}

/**
 * A gap in a programme's text, filled in when a letter is written. {subject} is the school's or trust's name;
 * {rdp} is whoever holds that role, by name, or "the RDP coordinator" while nobody does; {rdp contact} is the
 * same with e-mail address and telephone number.
 */
export type Placeholder =
  { readonly kind: 'subject' } | { readonly kind: 'name'; readonly role: RoleId } | { readonly kind: 'contact'; readonly role: RoleId };

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** The placeholders of a text, in order. The programme checker makes sure that their roles exist. */
export function placeholdersIn(text: string): readonly Placeholder[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => placeholderOf(match[1] ?? ''));
}

/** The text with every placeholder replaced by the words given for it; plain text, to be escaped afterwards. */
export function fillPlaceholders(text: string, wordsFor: (placeholder: Placeholder) => string): string {
  return text.replaceAll(PLACEHOLDER, (_, inner: string) => wordsFor(placeholderOf(inner)));
}

function placeholderOf(inner: string): Placeholder {
  if (inner === 'subject') return { kind: 'subject' };
  if (inner.endsWith(' contact')) return { kind: 'contact', role: inner.slice(0, -' contact'.length) };
  return { kind: 'name', role: inner };
}
