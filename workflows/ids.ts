/** The names under which workflows are found. No personal data: a reference is a number, a mailroom too. */

export const deploymentWorkflowId = (reference: string): string => `deployment/${reference}`;

export const mailroomWorkflowId = (mailroom: number): string => `mailroom/${mailroom}`;

export const WORKFLOW_TYPES = { deployment: 'deployment', mailroom: 'mailroom' } as const;
