/**
 * A condition that is true for a step whose clock is stopped. `step` is the alias of something with a reference, step
 * and round.
 */
export function clockStands(step: string): string {
  return `EXISTS (SELECT ${stopsOf(step)})`;
}

/** The first day of the stop that now holds the clock of such a step; null while it runs. */
export function clockStandsSince(step: string): string {
  return `(SELECT min(standing.from_on) ${stopsOf(step)})`;
}

function stopsOf(step: string): string {
  return `FROM clock_stops standing WHERE standing.reference = ${step}.reference AND standing.resumed_on IS NULL
    AND (standing.step IS NULL OR (standing.step = ${step}.step AND standing.round = ${step}.round))`;
}
