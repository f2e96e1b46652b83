import type { Answer, Field, Programme, Role, Step } from '../domain/programme.ts';
import { ladderOf } from './ladders.ts';
import type { AnswerDocument, FieldDocument, ProgrammeDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { listOf, readTimeAllowed, stepEntries } from './step-entries.ts';

/** The plain value that the core works with, from a document in which the checker found nothing. */
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
  };
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
  const { calledBy, escalatesTo, ...rest } = role;
  return { ...rest, calledBy: calledBy ?? null, escalatesTo: escalatesTo ?? null };
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
  };
}

function buildAnswer(id: string, written: AnswerDocument): Answer {
  const then = written.then === 'done' ? {} : written.then;
  return {
    id,
    label: written.label,
    fields: Object.entries(written.fields).map(([fieldId, field]) => buildField(fieldId, field)),
    opens: listOf(then.open),
    closes: listOf(then.close),
    ends: then.end ?? null,
    records: listOf(then.record),
  };
}

function buildField(id: string, written: FieldDocument): Field {
  const { label, hint, kind, required, names, records } = written;
  return { id, label, hint: hint ?? null, kind, required, names: names ?? null, records: records ?? null };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
