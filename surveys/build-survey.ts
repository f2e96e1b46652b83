import type { AnswerSplit, Item, Mark, Option, Question, Scale, Section, Survey } from '../domain/surveys/survey.ts';
import type { OptionsDocument, QuestionDocument, SectionDocument, SurveyDocument } from './schema.ts';

/** One, or a list: as a list; null for left out. */
export function listOrNull(written: string | readonly string[] | undefined): readonly string[] | null {
  if (written === undefined) return null;
  return typeof written === 'string' ? [written] : written;
}

/** The survey of a document that the checker found nothing wrong with. */
export function buildSurvey(document: SurveyDocument): Survey {
  const scales = new Map(
    Object.entries(document.scales).map(([id, { options, mark, nets }]) => [
      id,
      { id, options: buildOptions(options, mark), nets: Object.entries(nets).map(([net, { label, of }]) => ({ id: net, label, of })) },
    ]),
  );
  return {
    id: document.survey,
    version: document.version,
    title: document.title,
    source: document.source,
    about: document.about,
    minutes: document.minutes,
    statementOfUse: document.statementOfUse,
    net: document.net,
    audiences: Object.entries(document.audiences).map(([id, audience]) => ({ id, ...audience })),
    sections: document.sections.map((section) => buildSection(section, scales)),
    ...(document.splits === undefined ? {} : { splits: Object.entries(document.splits).map(([id, split]) => buildSplit(id, split)) }),
  };
}

function buildSplit(id: string, { title, question, item, rows }: NonNullable<SurveyDocument['splits']>[string]): AnswerSplit {
  return { id, title, question, item: item ?? null, rows: listOrNull(rows) };
}

function buildSection(section: SectionDocument, scales: ReadonlyMap<string, Scale>): Section {
  return {
    id: section.id,
    title: section.title,
    intro: section.intro ?? null,
    askedOf: listOrNull(section.askedOf),
    once: section.once,
    questions: Object.entries(section.questions).map(([id, question]) => buildQuestion(id, question, scales)),
  };
}

function buildQuestion(id: string, question: QuestionDocument, scales: ReadonlyMap<string, Scale>): Question {
  const when = Object.entries(question.when ?? {}).map(([other, options]) => [other, listOrNull(options) ?? []] as const);
  const asked = {
    id,
    text: question.text,
    textFor: question.textFor,
    hint: question.hint ?? null,
    askedOf: listOrNull(question.askedOf),
    when: when.length === 0 ? null : Object.fromEntries(when),
    mark: question.mark,
    note: question.note ?? null,
  };
  const comment = question.comment ?? null;
  switch (question.kind) {
    case 'roles':
      return { ...asked, kind: 'roles', several: question.several ?? true };
    case 'choice':
    case 'choices':
      return { ...asked, kind: question.kind, scale: scaleOf(id, question, scales), comment };
    case 'yes-no':
      return { ...asked, kind: 'choice', scale: { id, options: buildOptions(YES_NO, question.mark), nets: [] }, comment };
    case 'grid':
      return { ...asked, kind: 'grid', scale: scaleOf(id, question, scales), items: buildItems(question) };
    case 'text':
      return { ...asked, kind: 'text', ...(question.quotedBy === undefined ? {} : { quotedBy: question.quotedBy }) };
    case 'contact':
      return { ...asked, kind: 'contact', address: question.address ?? '' };
    default:
      return question.kind satisfies never;
  }
}

const YES_NO: OptionsDocument = { yes: 'Yes', no: 'No' };

function scaleOf(id: string, question: QuestionDocument, scales: ReadonlyMap<string, Scale>): Scale {
  const shared = question.scale === undefined ? undefined : scales.get(question.scale);
  return shared ?? { id, options: buildOptions(question.options ?? {}, question.mark), nets: [] };
}

function buildOptions(options: OptionsDocument, mark: Mark): readonly Option[] {
  return Object.entries(options).map(([id, written]) => {
    const option = typeof written === 'string' ? { label: written, aside: false } : written;
    return {
      id,
      label: option.label,
      aside: option.aside,
      value: 'value' in option ? (option.value ?? null) : null,
      which: 'which' in option ? (option.which ?? null) : null,
      mark: ('mark' in option ? option.mark : undefined) ?? mark,
    };
  });
}

function buildItems({ items }: QuestionDocument): readonly Item[] {
  return Object.entries(items ?? {}).map(([id, item]) => ({
    id,
    label: item.label,
    askedOf: listOrNull(item.askedOf),
    mark: item.mark,
    note: item.note ?? null,
  }));
}
