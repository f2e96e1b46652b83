import { longDate, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Reason } from '../../domain/result.ts';
import { remedyOnPage } from '../shared/remedies.ts';
import type { Standing } from './change-form.ts';

/**
 * A refusal in the words of a page. The core names people by contact id and steps by id, and writes dates as the
 * command line takes them. A page shows names, titles and dates in words.
 */
export function refusalWords({ message, remedy }: Reason, standing: Standing): string {
  const { programme } = standing.chronology;
  const titled = `${withName(message, standing.nameOf)} ${remedyOnPage(remedy).replace(/^That is: (.+)\.$/u, (_, ids: string) => {
    return `That is: ${ids.split(', ').map(standing.nameOf).join(', ')}.`;
  })}`;
  return (
    titled
      .replaceAll(/"([^"]*)"/gu, (_, inner: string) => `“${programme.steps[inner]?.title ?? inner}”`)
      .replaceAll(/\b\d{4}-\d{2}-\d{2}\b/gu, (text) => {
        const date = parsePlainDate(text);
        return date === undefined ? text : longDate(date);
      })
      // The date in brackets was for the command line.
      .replaceAll(/(\d{1,2} \p{L}+ \d{4}) \(\1\)/gu, '$1')
      .trim()
  );
}

/** Some messages begin with a contact id. */
function withName(message: string, nameOf: Standing['nameOf']): string {
  const [first = '', ...rest] = message.split(' ');
  return [nameOf(first), ...rest].join(' ');
}
