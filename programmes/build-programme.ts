import { plainDate } from '../domain/time/plain-date.ts';
import { DEFAULT_CHANGE_RULES } from '../domain/programme.ts';
import type { Answer, ChangeRules, Condition, Programme, Role, Step } from '../domain/programme.ts';
import { buildFields } from './build-fields.ts';
import { ladderOf } from './ladders.ts';
import type { AnswerDocument, ProgrammeDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { listOf, readTimeAllowed, stepEntries } from './step-entries.ts';

/** Builds the plain value that the core works with, from a document in which the checker found no fault. */
export function buildProgramme(document: ProgrammeDocument): Programme {
  const entries = stepEntries(document);
  return {
    id: document.programme,
    version: document.version,
    title: document.title,
    source: document.source,
    offer: document.offer,
    roles: mapValues(document.roles, buildRole),
    sendingHours: buildSendingHours(document.sendingHours),
    dailyCap: document.dailyCap,
    assumedTermCalendars: document.assumedTermCalendars,
    begins: listOf(document.begins),
    stages: document.stages.map(({ number, id, title, steps }) => ({ id, number, title, steps: Object.keys(steps) })),
    steps: Object.fromEntries(entries.map((entry) => [entry.id, buildStep(document, entry)])),
    ends: document.ends,
    completesAs: document.completesAs,
    ...(document.changes === undefined ? {} : { changes: buildChanges(document.changes) }),
    ...(Object.keys(document.starts).length === 0 ? {} : { starts: buildFields(document.starts) }),
  };
}

function buildChanges(written: NonNullable<ProgrammeDocument['changes']>): ChangeRules {
  const { acknowledgeWithin, askAgainAfter, reopenWithin, extension, rematch, promises, passOn } = written;
  const count = (days: string | undefined, otherwise: number) => (days === undefined ? otherwise : Number.parseInt(days, 10));
  return {
    acknowledgeWithin: acknowledgeWithin === undefined ? null : Number.parseInt(acknowledgeWithin, 10),
    askAgainAfter: count(askAgainAfter, DEFAULT_CHANGE_RULES.askAgainAfter),
    reopenWithin: count(reopenWithin, DEFAULT_CHANGE_RULES.reopenWithin),
    extension: extension === undefined ? null : { upTo: Number.parseInt(extension.upTo, 10), approval: extension.approval },
    rematch: rematch === undefined ? null : { ...rematch, whenNamed: rematch.whenNamed ?? null },
    ...(promises === undefined
      ? {}
      : { promises: promises === 'none' ? null : { most: promises.most, within: Number.parseInt(promises.within, 10) } }),
    ...(passOn === undefined ? {} : { passOn }),
  };
}

function buildWhen(written: Readonly<Record<string, string | readonly string[]>> | undefined): { readonly when?: Condition } {
  return written === undefined ? {} : { when: mapValues(written, (values) => listOf(values)) };
}

/** "08:00 to 18:00" in minutes since midnight. */
export function buildSendingHours(written: string): Programme['sendingHours'] {
  const [from = '', to = ''] = written.split(' to ');
  return { fromMinute: minutesOf(from), toMinute: minutesOf(to) };
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function buildRole(role: ProgrammeDocument['roles'][string]): Role {
  const { calledBy, escalatesTo, heldBy, ...rest } = role;
  return { ...rest, ...(heldBy === undefined ? {} : { heldBy }), calledBy: calledBy ?? null, escalatesTo: escalatesTo ?? null };
}

function buildStep(document: ProgrammeDocument, entry: StepEntry): Step {
  const written = entry.document;
  const allowed = readTimeAllowed(written.allowed);
  if (!allowed.ok) throw new Error(`Step "${entry.id}" was not checked: ${allowed.reason.message}`);
  return {
    id: entry.id,
    stage: entry.stage,
    title: written.title,
    owner: written.owner,
    with: listOf(written.with),
    ...(written.askedBy === undefined ? {} : { askedBy: written.askedBy }),
    ask: written.ask,
    askWith: written.askWith,
    next: written.next,
    allowed: allowed.value,
    assumption: written.assumption ?? null,
    source: written.source,
    countsFrom: written.countsFrom ?? 'opening',
    answers: Object.entries(written.answers).map(([id, answer]) => buildAnswer(id, answer)),
    ladder: ladderOf(document, entry, allowed.value).map(({ rung }) => rung),
    optional: written.optional,
    automatic: written.automatic ?? null,
    explainsOffer: written.explainsOffer,
    ...buildWhen(written.when),
    ...(written.raised === undefined ? {} : { raised: { after: written.raised === 'anytime' ? null : written.raised.after } }),
    ...(written.notBefore === undefined ? {} : { notBefore: plainDate(written.notBefore) }),
  };
}

function buildAnswer(id: string, written: AnswerDocument): Answer {
  const then = written.then === 'done' ? {} : written.then;
  return {
    id,
    label: written.label,
    ...(written.told === undefined ? {} : { told: written.told }),
    fields: buildFields(written.fields),
    opens: listOf(then.open),
    closes: listOf(then.close),
    ends: then.end ?? null,
    records: listOf(then.record),
    ...buildWhen(written.when),
    ...(then.extension === undefined ? {} : { extension: then.extension }),
  };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
