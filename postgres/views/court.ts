/** Whose court the ball is in, for queries in which `d` is the deployment. */

/**
 * Joins, as `court`, the open step whose owner has the ball: the oldest step that must be done. Of those that opened
 * together, it is the one that is due first. Joins nothing when only optional steps are open, or when the deployment
 * has ended. Looks at each `d` for itself: for queries of few deployments.
 */
export const COURT_STEP = `LEFT JOIN LATERAL (
    SELECT reference, step, round, stage, owner, opened_at, due_on FROM steps
    WHERE reference = d.reference AND state = 'open' AND NOT optional AND d.status = 'running'
    ORDER BY opened_at, due_on, step LIMIT 1) court ON true`;

/** The same, for queries of many deployments: goes through the open steps of all of them once. */
export const COURT_STEPS = `LEFT JOIN (
    SELECT DISTINCT ON (reference) reference, step, round, stage, owner, opened_at, due_on FROM steps
    WHERE state = 'open' AND NOT optional ORDER BY reference, opened_at, due_on, step) court
    ON court.reference = d.reference AND d.status = 'running'`;

/** That step as JSON, with the names of those who hold its role now. Null when there is none. */
export const COURT = `CASE WHEN court.step IS NULL THEN NULL ELSE jsonb_build_object(
    'role', court.owner, 'step', court.step, 'round', court.round, 'since', court.opened_at, 'dueOn', court.due_on,
    'people', (SELECT coalesce(jsonb_agg(p.name ORDER BY p.name), '[]') FROM deployment_parties dp JOIN people p ON p.id = dp.person
               WHERE dp.reference = d.reference AND dp.role = court.owner AND dp.until IS NULL)) END`;
