/**
 * The ids under which workflows are found. They hold no personal data: deployments and mailrooms are both identified by
 * numbers.
 */

export const deploymentWorkflowId = (reference: string): string => `deployment/${reference}`;

export const mailroomWorkflowId = (mailroom: number): string => `mailroom/${mailroom}`;

/** The schedule of the weekly summaries; each of its workflows has this id and the time at which it was due. */
export const DIGEST_SCHEDULE = 'digest';

export const WORKFLOW_TYPES = { deployment: 'deployment', mailroom: 'mailroom', digest: 'digest' } as const;
