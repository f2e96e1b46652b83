/**
 * Tells of problems, and of each once: what was told in the last hour is not told again, though the times and counts in it
 * differ. What is tried every few seconds would fill a log otherwise.
 */
export function createTellOnce(tell: (problem: string) => void, nowMs: () => number = Date.now): (problem: string) => void {
  const told = new Map<string, number>();
  return (problem) => {
    for (const [words, atMs] of told) if (nowMs() - atMs > QUIET_MS) told.delete(words);
    // "Deadline exceeded after 4.998s" is "Deadline exceeded after 5.001s"; references keep their digits.
    const words = problem.replaceAll(/\d+\.\d+/g, '#');
    if (told.has(words)) return;
    told.set(words, nowMs());
    tell(problem);
  };
}

const QUIET_MS = 3_600_000;
