import { ROUND_BEFORE } from '../domain/programme.ts';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import { buildSendingHours } from './build-programme.ts';
import { checkChanges } from './check-changes.ts';
import { checkFacts, conditionFacts, subjectFact } from './check-facts.ts';
import { checkFields } from './check-fields.ts';
import { checkLadders } from './check-ladders.ts';
import { checkRoleName, checkRoles } from './check-roles.ts';
import { checkTexts } from './check-texts.ts';
import type { Path, Report } from './finding.ts';
import type { AnswerDocument, ProgrammeDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { listOf, readTimeAllowed, rolesOf, stepEntries } from './step-entries.ts';
import { suggestion } from './suggestion.ts';

/**
 * Checks what the schema cannot see in a programme: names that refer to nothing, contradictions, silence that nobody
 * would hear of, and letters that would never be sent. `checkPaths` checks the ways through the programme.
 */
export function checkDocument(document: ProgrammeDocument, report: Report): void {
  const entries = stepEntries(document);
  checkHead(document, report);
  checkRoles(document, report);
  checkStages(document, entries, report);
  for (const entry of entries) {
    checkOwners(document, entry, report);
    checkRepeated(entries, entry, report);
    checkTime(document, entry, report);
    checkAutomatic(entry, report);
    for (const [id, answer] of Object.entries(entry.document.answers)) {
      checkAnswer(document, entries, answer, [...entry.path, 'answers', id], report);
    }
    checkLadders(document, entry, report);
  }
  checkChanges(document, entries, report);
  checkFacts(document, entries, report);
  checkFields(document, document.starts, ['starts'], report, subjectFact());
  checkTexts(document, entries, report);
}

function checkHead(document: ProgrammeDocument, report: Report): void {
  const hours = buildSendingHours(document.sendingHours);
  if (hours.fromMinute >= hours.toMinute) {
    report(['sendingHours'], `The sending hours end before they begin`, 'Write the earlier time first: "08:00 to 18:00".');
  }
  const ends = Object.keys(document.ends);
  const completed = Object.entries(document.ends).find(([id]) => id === document.completesAs)?.[1];
  if (completed === undefined) {
    report(['completesAs'], `There is no end "${document.completesAs}"`, suggestion(document.completesAs, ends));
  } else if (completed.outcome !== 'completed') {
    report(
      ['completesAs'],
      `"${document.completesAs}" counts as ${completed.outcome}, yet it is where a finished deployment comes to`,
      'Name an end whose outcome is completed.',
    );
  }
  const steps = stepEntries(document).map(({ id }) => id);
  for (const [path, id] of placed(document.begins, ['begins'])) checkStepName(id, steps, path, report);
}

function checkStages(document: ProgrammeDocument, entries: readonly StepEntry[], report: Report): void {
  document.stages.forEach((stage, index) => {
    const before = document.stages.slice(0, index);
    if (before.some(({ number }) => number >= stage.number)) {
      report(['stages', index, 'number'], `Stage ${stage.number} is out of order`, 'Number the stages upwards.');
    }
    if (before.some(({ id }) => id === stage.id)) {
      report(['stages', index, 'id'], `There are two stages "${stage.id}"`, 'Give each its own id.');
    }
  });
  entries.forEach((entry, index) => {
    if (entries.slice(0, index).some(({ id }) => id === entry.id)) {
      report(entry.path, `There are two steps "${entry.id}"`, 'Give each its own id.', 'key');
    }
  });
}

function checkOwners(document: ProgrammeDocument, entry: StepEntry, report: Report): void {
  const { owner, optional, automatic } = entry.document;
  const owners = [[[...entry.path, 'owner'], owner] as const, ...placed(entry.document.with, [...entry.path, 'with'])];
  for (const [index, [path, id]] of owners.entries()) {
    const role = checkRoleName(document, id, path, report);
    if (role?.informedOnly) {
      report(path, `"${id}" is informed only and cannot be asked`, 'Name another role, or tell it with a notice.');
    }
    if (owners.slice(0, index).some(([, other]) => other === id)) {
      report(path, `"${id}" owns this step twice`, 'Remove one of the two.');
    }
    if (index === 0 && role !== undefined && role.escalatesTo === undefined && !optional && automatic === undefined) {
      report(
        path,
        `Nobody would be told when "${id}", who owns "${entry.id}", does not answer`,
        `Give the role "${id}" an escalatesTo, or make the step optional.`,
      );
    }
  }
  for (const id of Object.keys(entry.document.askWith)) {
    if (!rolesOf(entry.document).slice(1).includes(id)) {
      report(
        [...entry.path, 'askWith', id],
        `"${id}" is not a joint owner of "${entry.id}"`,
        `Add it to "with", or remove this text.`,
        'key',
      );
    }
  }
  entry.document.notices.forEach(({ to }, index) => checkRoleName(document, to, [...entry.path, 'notices', index, 'to'], report));
  checkAsker(document, entry, report);
}

/** The role in whose name a step is asked must be there, be able to answer for it, and be held from the start. */
function checkAsker(document: ProgrammeDocument, { document: { askedBy, owner }, path }: StepEntry, report: Report): void {
  if (askedBy === undefined) return;
  const at = [...path, 'askedBy'];
  const role = checkRoleName(document, askedBy, at, report);
  if (role?.informedOnly) report(at, `"${askedBy}" is informed only and cannot ask or telephone`, 'Name another role.');
  if (role?.namedLater)
    report(at, `"${askedBy}" is named later: nobody may hold it when this is asked`, 'Name a role that is held from the start.');
  if (askedBy === owner) report(at, `"${askedBy}" would ask itself`, 'Name another role, or remove "askedBy".');
}

/** What a notice repeats of earlier answers: the steps must be there, and one of their answers must have each field. */
function checkRepeated(entries: readonly StepEntry[], entry: StepEntry, report: Report): void {
  entry.document.notices.forEach(({ withEarlier }, index) => {
    for (const [id, fields] of Object.entries(withEarlier ?? {})) {
      const path = [...entry.path, 'notices', index, 'withEarlier', id];
      const step = entries.find((other) => other.id === id)?.document;
      if (step === undefined) {
        report(
          path,
          `There is no step "${id}"`,
          suggestion(
            id,
            entries.map((other) => other.id),
          ),
          'key',
        );
        continue;
      }
      const known = Object.values(step.answers).flatMap((answer) => Object.keys(answer.fields));
      for (const field of listOf(fields)) {
        if (!known.includes(field)) report(path, `No answer to "${id}" has a field "${field}"`, suggestion(field, known));
      }
    }
  });
}

function checkTime(document: ProgrammeDocument, entry: StepEntry, report: Report): void {
  const { allowed, countsFrom } = entry.document;
  const path = [...entry.path, 'allowed'];
  if (typeof allowed === 'string') {
    const time = readTimeAllowed(allowed);
    if (!time.ok) report(path, time.reason.message, time.reason.remedy);
  } else {
    allowed.published.forEach(({ completeBy }, index) => {
      if (parsePlainDate(completeBy) === undefined) {
        report(
          [...path, 'published', index, 'completeBy'],
          `"${completeBy}" is not a date`,
          'Write it as YYYY-MM-DD, for example 2022-04-01.',
        );
      }
    });
  }
  const facts = factsOf(document);
  if (countsFrom === ROUND_BEFORE) {
    // Counted from its own due date, it would come to the same day again, or to no day at all.
    if (typeof allowed !== 'string' || readTimeAllowed(allowed).ok === false || allowed.trim().toLowerCase() === 'end of term') {
      report(
        [...entry.path, 'countsFrom'],
        `"${entry.id}" is counted from the round before, and its time allowed does not lead on from there`,
        'Allow "end of next whole term", or a number of days or weeks.',
      );
    }
    return;
  }
  if (countsFrom !== undefined && !facts.includes(countsFrom)) {
    report(
      [...entry.path, 'countsFrom'],
      `No answer records "${countsFrom}", from which "${entry.id}" is counted`,
      facts.length === 0 ? `Let an answer record it: then: { record: ${countsFrom} }.` : suggestion(countsFrom, facts),
    );
  }
}

function checkAutomatic(entry: StepEntry, report: Report): void {
  const { automatic, answers, notices } = entry.document;
  if (automatic === undefined) return;
  const path = [...entry.path, 'automatic'];
  const answer = Object.entries(answers).find(([id]) => id === automatic)?.[1];
  if (answer === undefined) {
    report(path, `"${entry.id}" has no answer "${automatic}"`, suggestion(automatic, Object.keys(answers)));
  } else if (Object.values(answer.fields).some(({ required }) => required)) {
    report(path, `"${automatic}" asks for fields that Chaser cannot fill in`, 'Make its fields optional, or remove them.');
  }
  if (notices.length === 0) {
    report(path, `"${entry.id}" is automatic and gives no notice: nothing would be done`, 'Add notices, or remove "automatic".');
  }
}

function checkAnswer(document: ProgrammeDocument, entries: readonly StepEntry[], answer: AnswerDocument, path: Path, report: Report): void {
  checkFields(document, answer.fields, [...path, 'fields'], report, conditionFacts(document));
  const { then } = answer;
  if (then === 'done') return;
  const thenPath = [...path, 'then'];
  if (Object.keys(then).length === 0) {
    report(thenPath, 'This answer has no consequence', 'Say what it opens or ends, or write "then: done" when nothing follows.');
  }
  const steps = entries.map(({ id }) => id);
  for (const [where, id] of placed(then.open, [...thenPath, 'open'])) checkStepName(id, steps, where, report);
  for (const [where, id] of placed(then.close, [...thenPath, 'close'])) checkStepName(id, steps, where, report);
  if (then.end === undefined) return;
  const ends = Object.keys(document.ends);
  if (!ends.includes(then.end)) {
    report([...thenPath, 'end'], `There is no end "${then.end}"`, suggestion(then.end, ends));
  }
  if (then.open !== undefined) {
    report([...thenPath, 'open'], 'An answer cannot end the deployment and open a step', 'Keep one of the two.');
  }
}

/** Every fact that some answer records. */
function factsOf(document: ProgrammeDocument): readonly string[] {
  const answers = stepEntries(document).flatMap(({ document: step }) => Object.values(step.answers));
  return answers.flatMap((answer) => [
    ...(answer.then === 'done' ? [] : listOf(answer.then.record)),
    ...Object.values(answer.fields).flatMap(({ records }) => (records === undefined ? [] : [records])),
  ]);
}

function checkStepName(id: string, steps: readonly string[], path: Path, report: Report): void {
  if (!steps.includes(id)) report(path, `There is no step "${id}"`, suggestion(id, steps));
}

/** Each item of "one, or a list" with its own place. */
function placed(written: string | readonly string[] | undefined, path: Path): readonly (readonly [Path, string])[] {
  if (typeof written === 'string') return [[path, written]];
  return (written ?? []).map((item, index) => [[...path, index], item]);
}
