import { STRATA } from '../domain/surveys/population.ts';
import { checkRouting } from './check-routing.ts';
import { listOrNull } from './build-survey.ts';
import type { Path, Report } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
import type { QuestionDocument, SurveyDocument } from './schema.ts';

type Kind = QuestionDocument['kind'];

/** Which kinds of question may have which property. Properties that are not listed may stand on every kind. */
const ONLY_ON = {
  several: ['roles'],
  options: ['choice', 'choices'],
  scale: ['choice', 'grid'],
  items: ['grid'],
  comment: ['choice', 'choices', 'yes-no'],
  address: ['contact'],
  quotedBy: ['text'],
} as const satisfies Partial<Record<keyof QuestionDocument, readonly Kind[]>>;

/**
 * Checks what a survey's names refer to and what contradicts itself: audiences, scales, nets, questions with the wrong properties, and
 * questions that nobody could ever be asked. The document has passed the schema.
 */
export function checkSurvey(document: SurveyDocument, report: Report): void {
  checkScales(document, report);
  checkSections(document, report);
  checkRolesQuestion(document, report);
  checkRouting(document, report);
  checkSplits(document, report);
}

/** What figures are split by, and what quotations are listed by: closed questions with one answer each, and rows of grids. */
function checkSplits(document: SurveyDocument, report: Report): void {
  const questions = new Map(
    document.sections.flatMap((section) => Object.entries(section.questions).map(([id, one]) => [id, { one, section }] as const)),
  );
  const rows = [...questions].flatMap(([id, { one }]) => [id, ...Object.keys(one.items ?? {})]);
  for (const [id, split] of Object.entries(document.splits ?? {})) {
    const path = ['splits', id];
    if (STRATA.some((stratum) => stratum === id)) report(path, `Figures are split by "${id}" already`, 'Give it another name.', 'key');
    const question = questions.get(split.question)?.one;
    if (question === undefined) {
      report([...path, 'question'], `There is no question "${split.question}"`, suggestion(split.question, [...questions.keys()]));
    } else if (!['choice', 'yes-no', 'grid'].includes(question.kind)) {
      report(
        [...path, 'question'],
        `"${split.question}" is a question of kind ${question.kind}`,
        'Name one with one answer: a choice, or a row of a grid.',
      );
    } else if (question.kind === 'grid' && (split.item === undefined || !Object.hasOwn(question.items ?? {}, split.item))) {
      const at = split.item === undefined ? [...path, 'question'] : [...path, 'item'];
      report(
        at,
        `The grid "${split.question}" is split by no row of it`,
        `Add item: one of ${Object.keys(question.items ?? {}).join(', ')}.`,
      );
    } else if (question.kind !== 'grid' && split.item !== undefined) {
      report([...path, 'item'], `"${split.question}" has no rows`, 'Remove "item".');
    }
    (listOrNull(split.rows) ?? []).forEach((row, index) => {
      const at = typeof split.rows === 'object' ? [...path, 'rows', index] : [...path, 'rows'];
      if (!rows.includes(row)) report(at, `There is no question or row "${row}"`, suggestion(row, rows));
    });
  }
  document.sections.forEach((section, index) => {
    for (const [id, { kind, quotedBy }] of Object.entries(section.questions)) {
      if (quotedBy === undefined || kind !== 'text') continue;
      const [by, at] = [questions.get(quotedBy), ['sections', index, 'questions', id, 'quotedBy']];
      if (by === undefined) report(at, `There is no question "${quotedBy}"`, suggestion(quotedBy, [...questions.keys()]));
      else if (!['choice', 'yes-no'].includes(by.one.kind)) {
        report(at, `"${quotedBy}" is a question of kind ${by.one.kind}`, 'Name a choice with one answer.');
      } else if (by.section.once !== section.once) {
        report(at, `"${quotedBy}" is not asked as often as "${id}"`, 'Name a question that is asked once for each role, as this one is.');
      }
    }
  });
}

function checkScales(document: SurveyDocument, report: Report): void {
  const used = document.sections.flatMap(({ questions }) => Object.values(questions).map(({ scale }) => scale));
  for (const [id, { options, nets }] of Object.entries(document.scales)) {
    const path = ['scales', id];
    if (!used.includes(id)) report(path, `No question has the scale "${id}"`, 'Give it to a question, or remove it.', 'key');
    checkOptions(options, [...path, 'options'], report);
    for (const [net, { of }] of Object.entries(nets)) {
      of.forEach((option, index) => {
        const written = options[option];
        const at = [...path, 'nets', net, 'of', index];
        if (written === undefined) report(at, `The scale has no answer "${option}"`, suggestion(option, Object.keys(options)));
        else if (typeof written !== 'string' && written.aside) {
          report(at, `"${option}" has no place on the scale`, 'Leave it out of the net, or remove its "aside".');
        }
        if (of.indexOf(option) < index) report(at, `"${option}" is counted twice`, 'Remove one of the two.');
      });
    }
  }
}

function checkOptions(options: NonNullable<QuestionDocument['options']>, path: Path, report: Report): void {
  const written = Object.entries(options).map(([id, option]) => ({ id, option: typeof option === 'string' ? { label: option } : option }));
  if (written.length < 2) report(path, 'There is nothing to choose from', 'Give at least two answers.', 'key');
  const numbered = written.filter(({ option }) => 'value' in option && option.value !== undefined);
  const onScale = written.filter(({ option }) => !('aside' in option && option.aside));
  for (const { id, option } of written) {
    const same = written.find((other) => other.option.label === option.label);
    if (same?.id !== id) report([...path, id], `Two answers read "${option.label}"`, 'Word one of them otherwise.', 'key');
    if ('aside' in option && option.aside && option.value !== undefined) {
      report([...path, id, 'value'], `"${id}" is no place on the scale, and counts in no mean`, 'Remove its value, or its "aside".');
    }
  }
  if (numbered.length > 0) {
    for (const { id } of onScale.filter((one) => !numbered.includes(one))) {
      report([...path, id], `"${id}" has no value, but others on this scale have`, 'Give every answer a value, or none.', 'key');
    }
  }
}

function checkSections(document: SurveyDocument, report: Report): void {
  const before = new Set<string>();
  document.sections.forEach((section, index) => {
    const path = ['sections', index];
    if (document.sections.slice(0, index).some(({ id }) => id === section.id)) {
      report([...path, 'id'], `There are two sections "${section.id}"`, 'Give each its own id.');
    }
    checkAudiences(document, section.askedOf, [...path, 'askedOf'], report);
    if (Object.keys(section.questions).length === 0) {
      report([...path, 'questions'], `The section "${section.id}" asks nothing`, 'Add a question, or remove the section.', 'key');
    }
    for (const [id, question] of Object.entries(section.questions)) {
      const at = [...path, 'questions', id];
      if (before.has(id)) report(at, `There are two questions "${id}"`, 'Give each its own id.', 'key');
      before.add(id);
      checkQuestion(document, id, question, at, report);
    }
  });
}

function checkQuestion(document: SurveyDocument, id: string, question: QuestionDocument, at: Path, report: Report): void {
  for (const [property, kinds] of Object.entries<readonly Kind[]>(ONLY_ON)) {
    if (!(property in question) || kinds.includes(question.kind)) continue;
    report(
      [...at, property],
      `A question of kind ${question.kind} cannot have "${property}"`,
      `Make its kind ${kinds.join(' or ')}, or remove "${property}".`,
    );
  }
  checkAudiences(document, question.askedOf, [...at, 'askedOf'], report);
  for (const audience of Object.keys(question.textFor)) checkAudience(document, audience, [...at, 'textFor', audience], report, 'key');
  if (question.options !== undefined) checkOptions(question.options, [...at, 'options'], report);
  if (question.scale !== undefined && !Object.hasOwn(document.scales, question.scale)) {
    report([...at, 'scale'], `There is no scale "${question.scale}"`, suggestion(question.scale, Object.keys(document.scales)));
  }
  if (question.scale !== undefined && question.options !== undefined) {
    report([...at, 'options'], `"${id}" has a scale and answers of its own`, 'Keep one of the two.');
  }
  const needsAnswers = question.kind === 'choice' || question.kind === 'choices' || question.kind === 'grid';
  if (needsAnswers && question.scale === undefined && question.options === undefined) {
    report(at, `"${id}" has no answers to choose from`, question.kind === 'grid' ? 'Add a scale.' : 'Add options, or a scale.', 'key');
  }
  if (question.kind === 'grid' && Object.keys(question.items ?? {}).length === 0) {
    report(at, `The grid "${id}" has no rows`, 'Add items: { S1: { label: Timing, mark: source } }.', 'key');
  }
  if (question.kind === 'contact' && question.address === undefined) {
    report(at, `"${id}" does not say what address it asks for`, 'Add address: Your e-mail address or telephone number.', 'key');
  }
  for (const [item, { askedOf }] of Object.entries(question.items ?? {})) {
    checkAudiences(document, askedOf, [...at, 'items', item, 'askedOf'], report);
  }
}

function checkAudiences(document: SurveyDocument, written: string | readonly string[] | undefined, path: Path, report: Report): void {
  const several = typeof written === 'object';
  (listOrNull(written) ?? []).forEach((audience, index) => checkAudience(document, audience, several ? [...path, index] : path, report));
}

function checkAudience(document: SurveyDocument, audience: string, path: Path, report: Report, part: 'key' | 'value' = 'value'): void {
  if (Object.hasOwn(document.audiences, audience)) return;
  report(path, `There is no audience "${audience}"`, suggestion(audience, Object.keys(document.audiences)), part);
}

/** The first question, asked once, of everybody, says in which roles somebody answers; there is no other of its kind. */
function checkRolesQuestion(document: SurveyDocument, report: Report): void {
  document.sections.forEach((section, index) => {
    Object.entries(section.questions).forEach(([id, question], place) => {
      const at = ['sections', index, 'questions', id];
      const isFirst = index === 0 && place === 0;
      if (isFirst && question.kind !== 'roles') {
        report(
          at,
          `The first question does not ask for the role`,
          'Begin with a question of kind roles: what is asked depends on it.',
          'key',
        );
      }
      if (!isFirst && question.kind === 'roles') {
        report([...at, 'kind'], 'The role is asked for once, by the first question', 'Make it a choice, or remove it.');
      }
      if (question.kind !== 'roles') return;
      if (!section.once) report(['sections', index], 'The role would be asked for once a role', 'Give this section "once: true".');
      if (question.when !== undefined) report([...at, 'when'], 'The role is always asked for', 'Remove "when".');
      if (question.askedOf !== undefined) report([...at, 'askedOf'], 'The role is asked of everybody', 'Remove "askedOf".');
      if (section.askedOf !== undefined) report(['sections', index, 'askedOf'], 'The role is asked of everybody', 'Remove "askedOf".');
    });
  });
}
