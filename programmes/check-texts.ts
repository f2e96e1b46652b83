import { placeholdersIn } from '../domain/programme.ts';
import type { Placeholder } from '../domain/programme.ts';
import type { Path, Report } from './finding.ts';
import type { ProgrammeDocument } from './schema.ts';
import type { StepEntry } from './step-entries.ts';
import { suggestion } from './suggestion.ts';

/** Checks placeholders: each must be known, and must be used where a letter fills it in. */
export function checkTexts(document: ProgrammeDocument, entries: readonly StepEntry[], report: Report): void {
  const roles = Object.keys(document.roles);
  const filled = (text: string, path: Path) => {
    for (const placeholder of placeholdersIn(text)) {
      if (placeholder.kind !== 'subject' && !roles.includes(placeholder.role)) {
        const written = writtenAs(placeholder);
        const known = ['subject', ...roles, ...roles.map((role) => `${role} contact`)];
        report(path, `There is nothing to put in place of {${written}}`, suggestion(written, known));
      }
    }
    if (/[{}]/.test(text.replaceAll(/\{[^{}]*\}/g, ''))) {
      report(path, 'There is a brace on its own', 'Write a placeholder as {subject}, and no other braces.');
    }
  };
  const asWritten = (text: string | undefined, path: Path) => {
    if (text !== undefined && /[{}]/.test(text)) {
      report(path, 'Placeholders are not filled in here', 'Use them in "ask", "askWith", "next", "told" and the text of notices only.');
    }
  };

  asWritten(document.title, ['title']);
  asWritten(document.offer, ['offer']);
  for (const { path, document: step } of entries) {
    asWritten(step.title, [...path, 'title']);
    filled(step.ask, [...path, 'ask']);
    filled(step.next, [...path, 'next']);
    for (const [role, text] of Object.entries(step.askWith)) filled(text, [...path, 'askWith', role]);
    step.notices.forEach(({ text }, index) => filled(text, [...path, 'notices', index, 'text']));
    for (const [answerId, answer] of Object.entries(step.answers)) {
      const answerPath = [...path, 'answers', answerId];
      asWritten(answer.label, [...answerPath, 'label']);
      if (answer.told !== undefined) filled(answer.told, [...answerPath, 'told']);
      for (const [fieldId, field] of Object.entries(answer.fields)) {
        asWritten(field.label, [...answerPath, 'fields', fieldId, 'label']);
        asWritten(field.hint, [...answerPath, 'fields', fieldId, 'hint']);
      }
    }
  }
}

function writtenAs(placeholder: Placeholder): string {
  switch (placeholder.kind) {
    case 'subject':
      return 'subject';
    case 'name':
      return placeholder.role;
    case 'contact':
      return `${placeholder.role} contact`;
    default:
      return placeholder satisfies never;
  }
}
