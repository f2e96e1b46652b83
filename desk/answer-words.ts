import { saidIn } from '../domain/forms/form-said.ts';
import type { SaidLine } from '../domain/forms/form-said.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import type { Asked } from '../postgres/access/answer-links.ts';

/** Words for somebody who was asked and no longer needs to answer, or no longer can. */
export type Closed = {
  readonly kind: 'revoked' | 'link-ended' | 'asked-again' | 'answered' | 'ended' | 'overtaken' | 'lapsed' | 'role-not-held';
  readonly title: string;
  readonly sentences: readonly string[];
};

const NOTHING_NEEDED = 'You do not need to do anything.';

/** Why a step can no longer be answered by somebody who was asked; null when it can. */
export function whyClosed(asked: Asked, programme: Programme): Closed | null {
  if (asked.revoked) {
    return {
      kind: 'revoked',
      title: 'This link is no longer valid',
      sentences: ['It was withdrawn. If you were sent a newer e-mail, use the link in that one.'],
    };
  }
  if (asked.expired) {
    return {
      kind: 'link-ended',
      title: 'This link has expired',
      sentences: [
        'It stopped working a day after its question closed.',
        'If we need something else from you, use the link in the newest e-mail.',
      ],
    };
  }
  const asker = asked.role !== null || isOwnAnswer(asked);
  if (!asker) {
    return {
      kind: 'role-not-held',
      title: 'You are no longer asked',
      sentences: [`Somebody else now answers for ${asked.subject}.`, NOTHING_NEEDED],
    };
  }
  if (asked.newestRound > asked.round) {
    return {
      kind: 'asked-again',
      title: 'This has been asked again since',
      sentences: [
        ...(asked.state === 'answered' ? [whoAnswered(asked, programme)] : []),
        'Your link belongs to the earlier time. To answer now, use the link in the newest e-mail.',
      ],
    };
  }
  const ended = endOf(asked, programme);
  switch (asked.state) {
    case 'answered':
      return {
        kind: 'answered',
        title: isOwnAnswer(asked) ? 'You have answered' : 'This has been answered',
        sentences: [whoAnswered(asked, programme), ...ended, NOTHING_NEEDED],
      };
    case 'lapsed':
      return {
        kind: 'lapsed',
        title: 'This question has closed',
        sentences: [`It was optional, and closed by itself on ${dayOf(asked.closedAt)}.`, ...ended, NOTHING_NEEDED],
      };
    case 'overtaken':
      return ended.length > 0
        ? { kind: 'ended', title: 'This deployment has ended', sentences: [...ended, NOTHING_NEEDED] }
        : {
            kind: 'overtaken',
            title: 'This is no longer needed',
            sentences: [`It closed on ${dayOf(asked.closedAt)}. ${asked.closedBecause ?? ''}`.trim(), NOTHING_NEEDED],
          };
    case 'open':
      return ended.length > 0 ? { kind: 'ended', title: 'This deployment has ended', sentences: [...ended, NOTHING_NEEDED] } : null;
    default:
      return asked.state satisfies never;
  }
}

/** Whether the step was answered by this very person, or by somebody who recorded it for them. */
export function isOwnAnswer({ state, person, answeredBy, onBehalfOf }: Asked): boolean {
  return state === 'answered' && (onBehalfOf ?? answeredBy) === person;
}

/** "Amira Khan answered on 3 October 2022: “Yes, we will take part”." */
export function whoAnswered(asked: Asked, programme: Programme): string {
  const on = dayOf(asked.closedAt);
  const what = `“${labelOf(programme, asked.step, asked.answer)}”.`;
  const owner = isOwnAnswer(asked) ? 'you' : (asked.onBehalfOfName ?? 'somebody');
  if (asked.onBehalfOf !== null) return `${asked.answeredByName ?? 'Somebody'} recorded on ${on} what ${owner} answered: ${what}`;
  if (isOwnAnswer(asked)) return `You answered on ${on}: ${what}`;
  return `${asked.answeredBy === 'chaser' ? 'Chaser' : (asked.answeredByName ?? 'Somebody')} answered on ${on}: ${what}`;
}

/** An answer as its owner would say it. */
export function labelOf(programme: Programme, step: string, answer: string | null): string {
  return programme.steps[step]?.answers.find(({ id }) => id === answer)?.label ?? answer ?? '';
}

/** What was said besides the answer itself, by the labels of the fields; empty fields are left out. */
export function saidBesides(
  programme: Programme,
  answered: {
    readonly step: string;
    readonly answer: string | null;
    readonly fields: Readonly<Record<string, string>>;
    /** When an open step closed, or when the waiting answer to it was given. */
    readonly closedAt?: string | null;
    readonly givenAt?: string;
  },
  names: Readonly<Record<string, string>>,
): readonly SaidLine[] {
  const fields = programme.steps[answered.step]?.answers.find(({ id }) => id === answered.answer)?.fields ?? [];
  return saidIn(fields, answered.fields, {
    nameOf: (person) => names[person] ?? person,
    answeredAt: answered.closedAt ?? answered.givenAt ?? null,
  });
}

function endOf({ status, endedAs, endedAt }: Asked, programme: Programme): readonly string[] {
  if (status === 'running') return [];
  const title = programme.ends[endedAs ?? '']?.title;
  return [`The deployment ended on ${dayOf(endedAt)}${title === undefined ? '' : `: ${title}`}.`];
}

function dayOf(at: string | null): string {
  return at === null ? 'an unknown day' : longDate(londonDate(Date.parse(at)));
}
