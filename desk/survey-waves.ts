import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { KnownAudience, LeftOut } from '../domain/surveys/population.ts';
import type { Survey } from '../domain/surveys/survey.ts';
import type { WaveLetterKind } from '../domain/surveys/wave-times.ts';
import type { Db } from '../postgres/database.ts';
import { readSandbox } from '../postgres/sandbox/sandbox.ts';
import { hasEnded } from '../postgres/surveys/figures.ts';
import { callWaveOff } from '../postgres/surveys/wake.ts';
import { findWave, makeWave, markBegun, wavesToBegin } from '../postgres/surveys/waves.ts';
import type { NewWave, Wave, WaveState } from '../postgres/surveys/waves.ts';
import { SUMMARIES, waveWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import { waveChanged } from '../workflows/messages.ts';
import type { WaveStart } from '../workflows/messages.ts';
import { planAtEndSurvey } from './plan-at-end.ts';
import type { AtEndPlan } from './plan-at-end.ts';
import { planWave } from './plan-wave.ts';
import type { WaveAsked, WavePlan } from './plan-wave.ts';

export type WaveDesk = { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string };

/**
 * Makes a wave: freezes its population and plans its letters, then starts its workflow. Where Temporal is away, the web service starts it
 * as soon as it is back. Refused as the plan is, in a training copy, and where the survey was kept with other content before.
 */
export async function startWave(
  desk: WaveDesk,
  wanted: WaveAsked,
  { by, today }: { readonly by: string; readonly today: PlainDate },
): Promise<Result<{ readonly id: number; readonly plan: WavePlan }, Reason>> {
  return makeAndBegin(
    desk,
    (db) => planWave(db, wanted, today),
    (plan) => ({ ...plan, madeBy: by }),
  );
}

/**
 * Makes a survey that is sent at the end of each deployment, and starts its workflow as `startWave` does. Nobody is on its list until a
 * deployment ends. Refused as its plan is, in a training copy, and where the survey was kept with other content before.
 */
export async function startAtEnd(
  desk: WaveDesk,
  wanted: WaveAsked,
  { by, today }: { readonly by: string; readonly today: PlainDate },
): Promise<Result<{ readonly id: number; readonly plan: AtEndPlan }, Reason>> {
  return makeAndBegin(
    desk,
    (db) => planAtEndSurvey(db, wanted, today),
    (plan) => ({ ...plan, kind: 'at-end', madeBy: by, members: [], letters: [] }),
  );
}

/** Makes a wave of what was planned, in one transaction, and starts its workflow. */
async function makeAndBegin<Plan extends { readonly survey: Survey }>(
  desk: WaveDesk,
  planWith: (db: Db) => Promise<Result<Plan, Reason>>,
  waveOf: (plan: Plan) => NewWave,
): Promise<Result<{ readonly id: number; readonly plan: Plan }, Reason>> {
  const training = await whyNotHere(desk.db);
  if (training !== null) return refused(training);
  const planned: { value?: Result<Plan, Reason> } = {};
  const made = await makeWave(desk.db, async (db) => {
    planned.value = await planWith(db);
    return planned.value.ok ? waveOf(planned.value.value) : null;
  });
  const plan = planned.value;
  if (plan === undefined || !plan.ok) return plan ?? refused({ kind: 'no-plan', message: 'The wave has no plan.', remedy: 'Try again.' });
  if (typeof made !== 'number') return refused(otherContent(plan.value.survey));
  await beginWaves(desk).catch(() => undefined);
  return ok({ id: made, plan: plan.value });
}

async function whyNotHere(db: pg.Pool): Promise<Reason | null> {
  if ((await readSandbox(db)) === null) return null;
  return {
    kind: 'is-training-copy',
    message: 'This is a training copy, and a training copy asks nobody in a survey.',
    remedy: 'Make the wave in the real service.',
  };
}

function otherContent({ id, version }: Pick<Survey, 'id' | 'version'>): Reason {
  const message = `Version ${version} of the survey ${id} was asked before with other content.`;
  return { kind: 'other-content', message, remedy: 'Give its file the next version.' };
}

/** Starts the workflows of waves that have none yet. Each is started once, however many do it. Answers how many were started. */
export async function beginWaves({ db, client, taskQueue }: WaveDesk): Promise<number> {
  const waiting = await wavesToBegin(db);
  for (const wave of waiting) {
    const start: WaveStart = { wave };
    try {
      await client.workflow.start(WORKFLOW_TYPES.surveyWave, {
        workflowId: waveWorkflowId(wave),
        taskQueue,
        args: [start],
        staticSummary: SUMMARIES.surveyWave,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    await markBegun(db, wave);
  }
  return waiting.length;
}

/**
 * Calls a wave off: nothing more is sent, its links are closed, and what was answered stays. Refused where there is no such wave, and
 * where it has ended.
 */
export async function endWave(
  { db, client }: WaveDesk,
  id: number,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Result<Wave, Reason>> {
  const wave = await findWave(db, id);
  if (wave === undefined)
    return refused({ kind: 'unknown-wave', message: `There is no wave ${id}.`, remedy: 'See them with: chaser survey wave list' });
  if (!(await callWaveOff(db, id, { by, because }))) {
    const message = `Wave ${id} has ended: it ${wave.state === 'closed' ? `closed on ${longDateWithWeekday(wave.closesOn)}` : 'was called off'}.`;
    return refused({ kind: 'wave-ended', message, remedy: 'Nothing is left to call off.' });
  }
  // Its workflow finds it called off when it wakes next, told or not.
  await client.workflow
    .getHandle(waveWorkflowId(id))
    .signal(waveChanged)
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return;
    });
  return ok(wave);
}

/**
 * Why there are no figures of a survey yet, and no coding of its answers; null once it has ended. Pages and commands say it in these words.
 */
export function whyNotEnded(wave: Pick<Wave, 'state' | 'closesOn'>): (Reason & { readonly kind: 'wave-not-ended' }) | null {
  if (hasEnded(wave)) return null;
  return {
    kind: 'wave-not-ended',
    message: `The survey has not ended: it closes at the end of ${longDateWithWeekday(wave.closesOn)}.`,
    remedy: 'Come back once it has. What there was on two days before that would tell what was answered between them.',
  };
}

export const WAVE_STATES = {
  planned: 'Planned',
  open: 'Open',
  closed: 'Closed',
  'called-off': 'Called off',
} as const satisfies Record<WaveState, string>;

export const AUDIENCE_NAMES = {
  'system-leader': 'System leaders',
  'school-leader': 'Leaders of supported schools',
  'trust-leader': 'Leaders of supported trusts',
} as const satisfies Record<KnownAudience, string>;

export const LEFT_OUT_NAMES = {
  'no-address': 'No e-mail address is known',
  'address-refused': 'Their e-mail address does not work',
  'opted-out': 'They do not want surveys',
  staff: 'They are a coordinator or other staff',
  'surveyed-lately': 'Another survey asks or asked them within 60 days',
  'clock-stopped': 'The deployment is paused because somebody is ill or bereaved',
  'not-matched-yet': 'No system leader is named yet',
  'declined-or-withdrawn': 'The deployment was declined or withdrawn',
  'no-days': 'No day on which they could be written to is known before it closes',
} as const satisfies Record<LeftOut, string>;

export const LETTER_NAMES = {
  invitation: 'Invitation',
  'reminder-1': 'First reminder',
  'reminder-2': 'Second reminder',
  'last-reminder': 'Last reminder',
} as const satisfies Record<WaveLetterKind, string>;
