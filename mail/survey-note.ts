import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { AnswerLinks } from './answer-links.ts';
import { oneLine } from './clean-text.ts';
import { renderParts } from './render.ts';
import type { WaveLetterKind } from '../domain/surveys/wave-times.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** What a letter of a survey says. It names no school, no trust and no deployment. */
export type SurveyLetter = {
  readonly wave: number;
  readonly person: string;
  readonly kind: WaveLetterKind;
  readonly name: string;
  readonly email: string;
  readonly survey: { readonly title: string; readonly about: string; readonly minutes: number };
  readonly closesOn: PlainDate;
};

/** Writes the invitation of a survey, or a reminder of it, with a link of its own for whoever gets it. */
export function writeWaveLetter(
  links: AnswerLinks,
): (letter: SurveyLetter) => { readonly linkHash: Buffer; readonly subject: string; readonly text: string; readonly html: string } {
  return ({ wave, person, kind, name, email, survey, closesOn }) => {
    const token = links.surveyTokenFor({ wave, person, email });
    const url = links.surveyUrlFor(token);
    const subject = `${SUBJECTS[kind]}: ${oneLine(survey.title)}`;
    return {
      linkHash: links.hashOf(token),
      subject,
      ...renderParts('survey', {
        subject,
        name: oneLine(name),
        about: oneLine(survey.about),
        minutes: survey.minutes,
        closes: longDateWithWeekday(closesOn),
        reminder: kind !== 'invitation',
        last: kind === 'last-reminder',
        url,
        notMe: `${url}/not-me`,
        optOut: `${url}/opt-out`,
      }),
    };
  };
}

const SUBJECTS = {
  invitation: 'Survey',
  'reminder-1': 'Reminder of a survey',
  'reminder-2': 'Reminder of a survey',
  'last-reminder': 'Last reminder of a survey',
} as const satisfies Record<WaveLetterKind, string>;
