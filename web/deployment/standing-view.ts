import { hasPassed, runningStops, stepTitle, stopWords } from '../../desk/standing-words.ts';
import type { Stop } from '../../domain/chronology/state.ts';
import { staysLate } from '../../domain/chronology/lateness.ts';
import { longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { changeUrl } from '../changes/change-urls.ts';
import { possibleChanges } from '../changes/change-forms.ts';
import type { Standing } from '../changes/change-form.ts';
import { PACES } from '../changes/chase-forms.ts';
import { ifResumed } from '../changes/if-resumed.ts';

/**
 * Where a deployment departs from its plan: stopped clocks, deputies, how closely it is chased, and what can be
 * changed.
 */
export function standingView(standing: Standing, mayChange: boolean) {
  const { chronology } = standing;
  return {
    stops: runningStops(chronology).map((stop) => stopView(standing, stop, mayChange)),
    pace: chronology.pace === 'usual' ? null : `Chased ${PACES[chronology.pace].text.toLowerCase()}. ${PACES[chronology.pace].hint}`,
    changes: mayChange
      ? possibleChanges(standing).map(({ kind, title }) => ({ text: title, href: changeUrl(chronology.reference, kind) }))
      : [],
  };
}

/** Who stands in for somebody now or later, in words. Nothing once that is over. */
export function deputyWords({ chronology, nameOf, today }: Standing, person: string): readonly string[] {
  return chronology.deputies
    .filter((each) => each.person === person && each.to >= today)
    .map(
      ({ deputy, from, to }) =>
        `${nameOf(deputy)} ${from > today ? 'will stand in' : 'stands in'} from ${longDate(from)} to ${longDate(to)}`,
    );
}

/**
 * "more time given, first due on 3 March 2023", or "first due on 3 March 2023" where the date moved for another reason. Null while it has
 * not moved.
 */
export function movedWords(dueOn: PlainDate, originalDueOn: PlainDate, extended: boolean): string | null {
  if (dueOn === originalDueOn) return null;
  return extended ? `more time given, first due on ${longDate(originalDueOn)}` : `first due on ${longDate(originalDueOn)}`;
}

function stopView({ chronology, now, today }: Standing, stop: Stop, mayChange: boolean) {
  const resumed = ifResumed(chronology, stop, now);
  const chosen = { stop: String(stop.stop) };
  return {
    ...stopWords(chronology, stop, today),
    note: stop.note ?? null,
    ifResumed: (resumed?.moves ?? []).map(({ to, ...ref }) => {
      const late = resumed === null ? null : staysLate(chronology, ref.step, to, resumed.on);
      const stays = late === null || late.days === 0 ? '' : ` and stay late by ${late.words.replace(/ late$/u, '')}, as it was before`;
      return `If it ${hasPassed(stop, today) ? 'ended today' : 'did'}, “${stepTitle(chronology, ref)}” would be due on ${longDateWithWeekday(to)}${stays}.`;
    }),
    links: mayChange
      ? [
          { text: 'End the pause', href: changeUrl(chronology.reference, 'resume-clock', chosen) },
          { text: 'The pause lasts longer', href: changeUrl(chronology.reference, 'prolong-stop', chosen) },
        ]
      : [],
  };
}
