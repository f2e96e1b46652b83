/** A condition that is true for a step, by the alias of something with its reference, step and round, while its clock stands still. */
export function clockStands(step: string): string {
  return `EXISTS (SELECT ${stopsOf(step)})`;
}

/** The first day on which the clock of such a step stood still, as it does now; null while it runs. */
export function clockStandsSince(step: string): string {
  return `(SELECT min(standing.from_on) ${stopsOf(step)})`;
}

function stopsOf(step: string): string {
  return `FROM clock_stops standing WHERE standing.reference = ${step}.reference AND standing.resumed_on IS NULL
    AND (standing.step IS NULL OR (standing.step = ${step}.step AND standing.round = ${step}.round))`;
}
