/**
 * The ids under which workflows are found. They hold no personal data: deployments and mailrooms are both identified by
 * numbers.
 */

export const deploymentWorkflowId = (reference: string): string => `deployment/${reference}`;

/** The deployment of a workflow; null when it is the workflow of something else. */
export const deploymentReference = (workflowId: string): string | null =>
  workflowId.startsWith('deployment/') ? workflowId.slice('deployment/'.length) : null;

export const mailroomWorkflowId = (mailroom: number): string => `mailroom/${mailroom}`;

/**
 * What somebody waits for goes before what time alone brings about: the activity that stores it has this priority, and so has the deployment itself
 * while an answer or a change has waited too long for it (desk/going-first.ts).
 */
export const ANSWER_PRIORITY = { priorityKey: 1 } as const;

/** The priority that deployments start with: none of their own, which is the server's (3). */
export const DEPLOYMENT_PRIORITY = { priorityKey: 0 } as const;

/**
 * Tasks of mailrooms go before those of deployments, which have the server's own priority (3). On a morning with thousands of wake-ups no letter
 * would else leave before most of them are stored.
 */
export const MAILROOM_PRIORITY = { priorityKey: 2 } as const;

/** The schedule of the weekly summaries; each of its workflows has this id and the time at which it was due. */
export const DIGEST_SCHEDULE = 'digest';

/** The workflow of a wave of a survey. */
export const waveWorkflowId = (wave: number): string => `survey-wave/${wave}`;

/** The schedule of the watchdog; each of its workflows has this id and the time at which it was due. */
export const WATCHDOG_SCHEDULE = 'watchdog';

/** The schedule of the forecasts that lists show; each of its workflows has this id and the time at which it was due. */
export const FORECAST_SCHEDULE = 'forecasts';

/** The workflow that works out the forecasts of deployments that have none yet. */
export const NEW_FORECASTS = 'forecasts/new';

export const WORKFLOW_TYPES = {
  deployment: 'deployment',
  mailroom: 'mailroom',
  digest: 'digest',
  surveyWave: 'surveyWave',
  watchdog: 'watchdog',
  forecasts: 'forecasts',
} as const;

/**
 * What Temporal's own page says of the workflows that are no deployment's. Each is well under the bytes that it takes for a summary, also when
 * it is encrypted.
 */
export const SUMMARIES = {
  mailroom: 'Sends the letters of one mailroom, each person’s together',
  digest: 'Writes the summaries of the week',
  surveyWave: 'Asks and reminds the people of one wave of a survey',
  watchdog: 'Looks for whatever has stopped or gone wrong',
  forecasts: 'Works out anew when deployments will be over',
} as const satisfies Partial<Record<keyof typeof WORKFLOW_TYPES, string>>;

/** The signals that `chaser release move` sends, by their names: see messages.ts. */
export const MOVE_ON = 'move-on';
export const TELL_MAILROOM = 'letters-queued';
