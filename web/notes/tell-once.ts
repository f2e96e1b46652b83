/**
 * Reports each problem once. What was reported in the last hour is not reported again, even when its times and counts
 * differ. Otherwise whatever is tried every few seconds would fill a log.
 */
export function createTellOnce(tell: (problem: string) => void, nowMs: () => number = Date.now): (problem: string) => void {
  const told = new Map<string, number>();
  return (problem) => {
    for (const [words, atMs] of told) if (nowMs() - atMs > QUIET_MS) told.delete(words);
    // "Deadline exceeded after 4.998s" counts as "Deadline exceeded after 5.001s". References keep their digits.
    const words = problem.replaceAll(/\d+\.\d+/g, '#');
    if (told.has(words)) return;
    told.set(words, nowMs());
    tell(problem);
  };
}

const QUIET_MS = 3_600_000;
