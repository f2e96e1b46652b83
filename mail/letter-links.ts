import type { Letter } from '../activities/ports.ts';
import { oneLine } from './clean-text.ts';

/** A link of a letter. `words` is what stands on it in HTML, and above the address in the text. */
export type LetterLink = { readonly words: string; readonly href: string };

/** The address of a page with an answer chosen, at the place where it is given. The page takes it as a choice to begin with, and nothing is answered by opening it. */
export function withAnswer(page: string, answer: string): string {
  return `${page}?answer=${encodeURIComponent(oneLine(answer))}#your-answer`;
}

/**
 * A button for each answer that may be given, each to the page with that answer chosen. Answers that are forms to fill in share one
 * button, “Fill in the form”: it chooses the answer when there is only one of them. Somebody who has begun gets one button that goes on.
 */
export function answerButtons({ step, begun }: Letter, page: string | null): readonly LetterLink[] {
  if (page === null) return [];
  if (begun !== null && begun.toYou !== null) return [{ words: 'Go on with your answer', href: page }];
  const forms = step.answers.filter(({ form }) => form);
  return step.answers.flatMap((answer) => {
    if (!answer.form) return [{ words: oneLine(answer.label) || oneLine(answer.id), href: withAnswer(page, answer.id) }];
    if (answer !== forms[0]) return [];
    return [{ words: 'Fill in the form', href: forms.length === 1 ? withAnswer(page, answer.id) : page }];
  });
}

/** What somebody can do who cannot answer now, on pages of the same link. Empty without a link, and for whoever coordinates. */
export function laterWays({ link, maySayWhen, mayAskForTime, mayPassOn }: Letter, toCoordinator: boolean): readonly LetterLink[] {
  if (link === null || toCoordinator) return [];
  return [
    ...(maySayWhen ? [{ words: 'Say when', href: `${link}/promise` }] : []),
    ...(mayAskForTime ? [{ words: 'Ask for more time', href: `${link}/more-time` }] : []),
    ...(mayPassOn ? [{ words: 'Pass it on', href: `${link}/pass-on` }] : [{ words: 'I am not the right person', href: `${link}/not-me` }]),
    { words: 'I have a problem', href: `${link}/problem` },
  ];
}

/** The links at the foot of a letter. A further one is added here, and stands in text and HTML alike. */
export function footLinks({ kind, link }: Letter): readonly LetterLink[] {
  if (!asks(kind) || link === null) return [];
  return [
    { words: 'See everything we need from you', href: `${link}/mine` },
    { words: 'Add all your dates to your calendar', href: `${link}/calendar` },
  ];
}

/** Whether a letter of this kind asks its reader for an answer to the step. */
export function asks(kind: Letter['kind']): boolean {
  return kind === 'request' || kind === 'reminder' || kind === 'overdue';
}
