import { STAFF_ROLES } from '../../postgres/access/staff-roles.ts';
import type { StaffRole } from '../../postgres/access/staff-roles.ts';

/** What people who work on deployments may do in their region or area. */
const WORKS_ON_DEPLOYMENTS = [
  'see-today',
  'see-deployments',
  'record-answer',
  'own-escalation',
  'change-deployments',
  'start-deployment',
  'see-programmes',
] as const satisfies readonly Action[];

/** Coordinators also make telephone calls, their own and each other's. */
const COORDINATES = [...WORKS_ON_DEPLOYMENTS, 'record-own-call', 'record-call', 'hold-post'] as const satisfies readonly Action[];
const LEADS_COORDINATORS = [
  ...COORDINATES,
  'hold-region-post',
  'see-region',
  'see-service',
  'see-calendars',
] as const satisfies readonly Action[];
/** Regional teams telephone where the programme has a step asked in their name: in stage 1 of the offer of 2022 to 2023. */
const WORKS_FOR_A_REGION = [...WORKS_ON_DEPLOYMENTS, 'record-own-call', 'see-region'] as const satisfies readonly Action[];

/** Who may do what: the whole list. */
const MAY: Readonly<Record<StaffRole, readonly Action[]>> = {
  rdp: COORDINATES,
  'rdp-lead': LEADS_COORDINATORS,
  'regional-team': WORKS_FOR_A_REGION,
  'regional-senior': WORKS_FOR_A_REGION,
  administrator: [
    ...LEADS_COORDINATORS,
    'hold-all-post',
    'import-calendars',
    'publish-programme',
    'end-sessions',
    'manage-people',
    'set-governance-places',
    'run-surveys',
    'read-payloads',
  ],
  policy: ['see-programmes', 'publish-programme', 'see-deployments', 'see-calendars', 'run-surveys'],
  'read-only': ['see-deployments', 'see-region', 'see-programmes'],
};

export { STAFF_ROLES };
export type { StaffRole };

export function isStaffRole(role: string): role is StaffRole {
  return Object.hasOwn(MAY, role);
}

/** Somebody who is signed in. */
export type User = {
  readonly person: string;
  readonly name: string;
  readonly email: string;
  /** In every form that changes something. */
  readonly csrf: string;
  readonly roles: readonly { readonly role: StaffRole; readonly region: string; readonly area: string }[];
  /** The holds of e-mails that every page tells them of. */
  readonly holds?: readonly HoldBanner[];
};

/** A hold of e-mails as pages tell of it: "E-mails of the region London are on hold until 4 January 2027." */
export type HoldBanner = { readonly text: string; readonly because: string; readonly href: string | null };

export type Action =
  | 'see-today'
  | 'see-deployments'
  | 'record-answer'
  | 'own-escalation'
  /** Calls that are theirs to make. */
  | 'record-own-call'
  /** Every call of their region or area. */
  | 'record-call'
  | 'change-deployments'
  | 'start-deployment'
  | 'see-region'
  | 'see-programmes'
  | 'see-service'
  | 'see-calendars'
  | 'import-calendars'
  | 'publish-programme'
  | 'end-sessions'
  | 'manage-people'
  | 'set-governance-places'
  /** Make surveys, see how far they have come, and call them off. */
  | 'run-surveys'
  /** What Temporal keeps, in plain words on its own page. */
  | 'read-payloads'
  /** Hold and release the e-mails of a deployment. */
  | 'hold-post'
  | 'hold-region-post'
  /** Those of the service and of programmes, and the pause of a whole programme. */
  | 'hold-all-post';

/** Whether a role may do something. */
export function roleMay(role: StaffRole, action: Action): boolean {
  return MAY[role].includes(action);
}

/** Whether somebody may do something at all, in any of their roles. To which deployments is decided in scope.ts. */
export function may(user: User | null, action: Action): boolean {
  return user?.roles.some(({ role }) => roleMay(role, action)) ?? false;
}
