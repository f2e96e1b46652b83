/** The roles that may sign in. What each may do is in web/shared/roles.ts. */
export const STAFF_ROLES = ['rdp', 'rdp-lead', 'regional-team', 'regional-senior', 'administrator', 'policy', 'read-only'] as const;

export type StaffRole = (typeof STAFF_ROLES)[number];
