import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { Preview } from '../domain/chronology/preview.ts';
import type { Programme } from '../domain/programme.ts';

/** What a change would do, line by line. */
export function previewInWords(preview: Preview, programme: Programme): readonly string[] {
  const title = (step: string) => programme.steps[step]?.title ?? step;
  const lines = [
    ...preview.moves.map(({ step, from, to }) => `${title(step)}: due on ${longDateWithWeekday(to)}, before on ${longDate(from)}`),
    ...preview.closes.map(({ step }) => `Closes without an answer: ${title(step)}`),
    ...preview.opens.map(
      ({ step, round, dueOn }) => `Opens: ${title(step)}${round > 1 ? `, round ${round}` : ''}, due on ${longDateWithWeekday(dueOn)}`,
    ),
    ...preview.unmoved.map(({ step, dueOn }) => `Stays: ${title(step)}, due on ${longDate(dueOn)}`),
    ...(preview.ends === null ? [] : [`The deployment ends: ${programme.ends[preview.ends]?.title ?? preview.ends}`]),
    ...people('Asked by e-mail', preview.asks),
    ...people('Told by e-mail', preview.tells),
  ];
  return lines.map((line) => `  ${line}`);
}

function people(what: string, recipients: Preview['tells']): readonly string[] {
  return recipients.length === 0 ? [] : [`${what}: ${recipients.map(({ person, role }) => `${person} (${role})`).join(', ')}`];
}
