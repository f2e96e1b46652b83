/** Who may do what, the whole of it. */
const MAY = {
  rdp: [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-call',
    'change-deployments',
    'start-deployment',
    'see-programmes',
  ],
  'rdp-lead': [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-call',
    'change-deployments',
    'start-deployment',
    'see-programmes',
    'see-region',
    'see-service',
    'see-calendars',
  ],
  'regional-team': [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'change-deployments',
    'see-region',
    'start-deployment',
    'see-programmes',
  ],
  'regional-senior': [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'change-deployments',
    'see-region',
    'start-deployment',
    'see-programmes',
  ],
  administrator: [
    'see-today',
    'see-deployments',
    'record-answer',
    'own-escalation',
    'record-call',
    'change-deployments',
    'start-deployment',
    'see-programmes',
    'see-region',
    'see-service',
    'see-calendars',
    'import-calendars',
    'publish-programme',
  ],
  policy: ['see-programmes', 'publish-programme', 'see-deployments', 'see-calendars'],
  'read-only': ['see-deployments', 'see-region', 'see-programmes'],
} as const satisfies Readonly<Record<StaffRole, readonly Action[]>>;

export type StaffRole = 'rdp' | 'rdp-lead' | 'regional-team' | 'regional-senior' | 'administrator' | 'policy' | 'read-only';

/** The roles with which somebody may sign in. */
export const STAFF_ROLES = Object.keys(MAY) as readonly StaffRole[];

export function isStaffRole(role: string): role is StaffRole {
  return Object.hasOwn(MAY, role);
}

/** Somebody who is signed in. */
export type User = {
  readonly person: string;
  readonly name: string;
  readonly email: string;
  /** Stands in every form that changes something. */
  readonly csrf: string;
  readonly roles: readonly { readonly role: StaffRole; readonly region: string; readonly area: string }[];
};

export type Action =
  | 'see-today'
  | 'see-deployments'
  | 'record-answer'
  | 'own-escalation'
  | 'record-call'
  | 'change-deployments'
  | 'start-deployment'
  | 'see-region'
  | 'see-programmes'
  | 'see-service'
  | 'see-calendars'
  | 'import-calendars'
  | 'publish-programme';

/** Whether a role may do something. */
export function roleMay(role: StaffRole, action: Action): boolean {
  const allowed: readonly Action[] = MAY[role];
  return allowed.includes(action);
}

/** Whether somebody may do something at all, in any of their roles; to which deployments is a matter of scope.ts. */
export function may(user: User | null, action: Action): boolean {
  return user?.roles.some(({ role }) => roleMay(role, action)) ?? false;
}
