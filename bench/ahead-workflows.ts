import { inWorkflowContext, workflowInfo } from '@temporalio/workflow';

/** What bench/moved-clock.ts writes over with milliseconds when the workflows are bundled. */
const AHEAD_MS = Number('the milliseconds by which this clock is ahead');

// The Date of the sandbox is frozen, and each workflow has a global object of its own: so each gets a Date of its own in its place.
const Real = globalThis.Date;
/** A workflow whose memo names milliseconds goes by those. */
const aheadMs = (): number => (inWorkflowContext() ? Number(workflowInfo().memo?.['aheadMs'] ?? AHEAD_MS) : AHEAD_MS);
const now = (): number => Real.now() + aheadMs();
globalThis.Date = Object.assign(
  function Ahead(given: number | string = now()) {
    return new Real(given);
  },
  { now, parse: Real.parse.bind(Real), UTC: Real.UTC.bind(Real), prototype: Real.prototype },
) as unknown as DateConstructor;

export { deployment, digest, forecasts, mailroom, watchdog } from '../workflows/main.ts';
