/**
 * The words that an entry about terms, holidays or closures of the whole school is made of. An entry with any other word is
 * about something else that happens at a school: "Autumn term reports home", "Last day for dinner orders". Such an entry
 * never moves a date.
 */
const WORDS = new Set(
  [
    // Whose days they are.
    'school schools academy academies college pupil pupils student students child children everyone',
    // What begins, ends or lasts.
    'term terms half halves mid halfterm holiday holidays hols break vacation vacations recess day days date dates week weeks weekend year academic session',
    // Seasons, and the feasts that holidays are named for.
    'autumn winter spring summer michaelmas lent trinity christmas xmas easter whit whitsun whitsuntide new may bank public good friday boxing',
    'january february march april june july august september october november december',
    'jan feb mar apr jun jul aug sep sept oct nov dec',
    'monday tuesday wednesday thursday saturday sunday mon tue tues wed thu thur thurs fri sat sun',
    // What happens to them.
    'begin begins beginning start starts starting open opens reopen reopens re return returns resume resumes back',
    'end ends ending close closes closing closed closure finish finishes finishing break breaks up broken shut',
    'first last final one two three four five six 1st 2nd second third',
    // What joins them.
    'a an the of for to at on in and all every them this is are will be from until till by with during after before between s',
    'inclusive incl lesson lessons classes',
  ].flatMap((line) => line.split(' ')),
);

/** Times of day: "1.30pm", "at 2 pm", "noon". */
const TIME_OF_DAY = /\b\d{1,2}(?:[.:]\d{2})?\s*(?:am|pm|noon)\b|\b\d{1,2}[.:]\d{2}\b|\b(?:noon|midday|lunch ?time)\b/gi;
/** Only some of a school: "Year 7", "Y10 and Y11", "Reception pupils", "Nursery only". "Academic year 2026" is everybody's. */
const SOME_OF_THE_SCHOOL =
  /\by(?:ea)?rs?\.?\s?-?(?:1[0-3]|[1-9])\b(?!\d)|\by(?:1[0-3]|[1-9])\b|\b(?:reception|nursery|pre-?school|eyfs|early years|foundation stage|key stage|ks ?[1-5]|sixth form(?:ers)?|6th form|infants?|juniors?|boarders?|only|some|new starters?|part[- ]time|staggered|phased)\b/i;

/** Whether an entry speaks of a part of the school only: "School closed to Year 7 only". */
export function isForSomeOnly(summary: string): boolean {
  return SOME_OF_THE_SCHOOL.test(summary);
}

/** Whether an entry names a time of day: "School closes at 1.30pm" ends a day, and perhaps no term. */
export function namesATime(summary: string): boolean {
  TIME_OF_DAY.lastIndex = 0;
  return TIME_OF_DAY.test(summary);
}

/**
 * The words of an entry that say that it is about something else: `['dinner', 'orders']` for "Last day for dinner orders".
 * Empty when it speaks of terms, holidays and closures alone. Numbers, dates and times of day are never such words.
 */
export function otherWords(summary: string): readonly string[] {
  const words = summary
    .normalize('NFC')
    .replaceAll(TIME_OF_DAY, ' ')
    .toLowerCase()
    .replaceAll(/[’']s\b/g, '')
    .match(/[\p{L}\p{N}]+/gu);
  return (words ?? []).filter((word) => !WORDS.has(word) && !/^\d+(?:st|nd|rd|th)?$/.test(word));
}
