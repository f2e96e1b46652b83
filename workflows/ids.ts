/**
 * The ids under which workflows are found. They hold no personal data: deployments and mailrooms are both identified by
 * numbers.
 */

export const deploymentWorkflowId = (reference: string): string => `deployment/${reference}`;

export const mailroomWorkflowId = (mailroom: number): string => `mailroom/${mailroom}`;

export const WORKFLOW_TYPES = { deployment: 'deployment', mailroom: 'mailroom' } as const;
