import { longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { Db } from '../../postgres/database.ts';
import { quieterLine } from '../../desk/quieter.ts';
import { quieterIn } from '../../postgres/views/quieter.ts';
import { openPassOns, openPromises, openTimeRequests } from '../../postgres/views/asked-for.ts';
import type { OpenPromise, PassOnRequest, TimeRequest } from '../../postgres/views/asked-for.ts';
import type { InScope } from '../../postgres/views/place.ts';
import { urls } from '../shared/urls.ts';
import { passOnWords, timeWords } from './routes.ts';

/** A line of what people who are asked have said, with the page on which it is decided. */
export type AskedForLine = { readonly text: string; readonly href: string | null; readonly link: string };

/** What those who are asked in a deployment have said and asked for: promises, more time, somebody else, fewer e-mails. */
export async function askedForLines(db: Db, reference: string, mayChange: boolean): Promise<readonly AskedForLine[]> {
  const here: InScope = { sql: 'd.reference = $1', values: [reference] };
  const [promises, times, passOns, quieter] = await Promise.all([
    openPromises(db, here),
    openTimeRequests(db, here),
    openPassOns(db, here),
    quieterIn(db, reference),
  ]);
  return [
    ...times.map((line) => ({ text: timeWords(line), href: mayChange ? hrefOfTime(line) : null, link: 'Give more time or refuse it' })),
    ...passOns.map((line) => ({
      text: passOnWords(line),
      href: mayChange ? urls.passOn(line.reference, line.id) : null,
      link: 'Agree or refuse',
    })),
    ...promises.map((line) => ({ text: promiseLine(line), href: null, link: '' })),
    ...quieter.filter(({ stands }) => stands).map((line) => ({ text: quieterLine(line), href: null, link: '' })),
  ];
}

function hrefOfTime({ reference, step, round }: TimeRequest): string {
  return urls.timeRequest(reference, step, round);
}

/** "Jo Head will answer “Confirm participation” by Thursday 10 November 2022. No reminder goes before that day is over." */
function promiseLine({ name, title, promisedOn, today, words }: OpenPromise): string {
  const holds = promisedOn >= today;
  return `${name} ${holds ? 'will answer' : 'said that they would answer'} “${title}” by ${longDateWithWeekday(promisedOn)}. ${
    holds ? 'No reminder goes before that day is over.' : 'That day is over.'
  }${words === '' ? '' : ` ${words}`}`;
}

/** A request for more time as a line of Today. */
export function timeItem(line: TimeRequest, mayChange: boolean) {
  return {
    title: { text: `More time for ${line.title}: ${line.subject}` },
    href: mayChange ? hrefOfTime(line) : urls.deployment(line.reference),
    hint: { text: timeWords(line) },
    status: { text: 'Decide' },
  };
}

/** Somebody named to be asked instead, as a line of Today. */
export function passOnItem(line: PassOnRequest, mayChange: boolean) {
  return {
    title: { text: `Somebody else to be asked: ${line.subject}` },
    href: mayChange ? urls.passOn(line.reference, line.id) : urls.deployment(line.reference),
    hint: { text: passOnWords(line) },
    status: { text: 'Decide' },
  };
}

/** A promise of somebody who is asked, as a line of Today. */
export function promiseItem(line: OpenPromise) {
  const holds = line.promisedOn >= line.today;
  return {
    title: { text: `${line.title}: ${line.subject}` },
    href: urls.deployment(line.reference),
    hint: { text: promiseLine(line) },
    status: { tag: holds ? { text: 'Promised', classes: 'govuk-tag--blue' } : { text: 'Promise passed', classes: 'govuk-tag--red' } },
  };
}
