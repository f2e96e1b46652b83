import type { WaveAsked } from '../../desk/plan-wave.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { parsePlainDate } from '../../domain/time/plain-date.ts';
import { nowMs } from '../../postgres/sandbox/clock.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { ChangeField, Values } from '../changes/change-form.ts';
import { exampleDay } from '../shared/example-day.ts';

/** Every programme of which there are deployments. */
const ALL = 'all';

/** The choice that a survey is sent at the end of each deployment. */
export const AT_END = 'at-end';

export type Choosable = { readonly value: string; readonly text: string };

/** What is asked of whoever makes a wave. */
export function waveFields(
  surveys: readonly Choosable[],
  programmes: readonly Choosable[],
  splits: readonly Choosable[],
): readonly ChangeField[] {
  const today = londonDate(nowMs());
  return [
    { kind: 'choice', id: 'survey', label: 'Which survey?', missing: 'Select a survey', options: surveys },
    {
      kind: 'choice',
      id: 'programme',
      label: 'Whose deployments does it ask about?',
      missing: 'Select a programme',
      options: programmes.length > 1 ? [...programmes, { value: ALL, text: 'All of these' }] : programmes,
    },
    {
      kind: 'choice',
      id: 'when',
      label: 'When is it sent?',
      missing: 'Select when it is sent',
      options: [
        { value: 'wave', text: 'To everybody, from one day on' },
        {
          value: AT_END,
          text: 'To those who took part, at the end of each deployment',
          hint: 'Enter its last day too: it is open for 50 to 400 days.',
        },
      ],
    },
    {
      kind: 'date',
      id: 'opens',
      label: 'On which day does it open?',
      hint: `Invitations are sent on this day. Schools get theirs on their first school day from then on. For a survey at the end of deployments, those that are completed from this day on count. For example, ${exampleDay(today, 14)}.`,
      missing: 'Enter the day on which it opens',
    },
    {
      kind: 'date',
      id: 'closes',
      label: 'What is the last day on which it can be answered? (optional)',
      hint: 'Leave this empty for 15 working days, or school days for leaders of schools and trusts.',
      missing: 'Enter the last day',
      optional: true,
    },
    {
      kind: 'date',
      id: 'cutOff',
      label: 'What is the last day of valid responses? (optional)',
      hint: 'Later ones are kept, and left out of the report. Leave this empty for the day on which it closes.',
      missing: 'Enter the last day of valid responses',
      optional: true,
    },
    {
      kind: 'choice',
      id: 'split',
      label: 'What matters most when figures are split? (optional)',
      hint: 'Figures by this come first. Others are shown beside them only where nobody could work out what few people answered. It cannot be changed later. Leave this empty for region.',
      missing: 'Select what figures are split by',
      options: splits,
      optional: true,
    },
  ];
}

/** What such a form asks for. The day on which it opens must have been given. */
export function waveAskedOf(said: Values, programmes: readonly Choosable[]): WaveAsked | null {
  const day = (id: string): PlainDate | null => parsePlainDate(said(id)) ?? null;
  const opensOn = day('opens');
  const chosen = said('programme');
  if (opensOn === null) return null;
  return {
    survey: said('survey'),
    programmes: chosen === ALL ? programmes.map(({ value }) => value) : [chosen],
    opensOn,
    closesOn: day('closes'),
    cutOffOn: day('cutOff'),
    ...(said('split') === '' ? {} : { firstSplit: said('split') }),
  };
}

/** The input in which a refusal is put right. */
export function faultAt(kind: string): string {
  if (kind === 'bad-closing') return 'closes-day';
  if (kind === 'unknown-split') return 'split';
  if (kind === 'bad-cut-off') return 'cutOff-day';
  if (kind === 'bad-opening' || kind === 'beyond-horizon') return 'opens-day';
  return kind === 'no-deployments' || kind === 'nobody' ? 'programme' : 'survey';
}
