/**
 * The eight bank holidays of a year in the shape of GOV.UK's file, each on a day of its season. The moveable ones stay
 * on one date.
 */
export function bankHolidaysOf(
  year: number,
): readonly { readonly title: string; readonly date: string; readonly notes: string; readonly bunting: boolean }[] {
  return [
    ['01-01', 'New Year’s Day'],
    ['04-03', 'Good Friday'],
    ['04-06', 'Easter Monday'],
    ['05-04', 'Early May bank holiday'],
    ['05-25', 'Spring bank holiday'],
    ['08-31', 'Summer bank holiday'],
    ['12-25', 'Christmas Day'],
    ['12-26', 'Boxing Day'],
  ].map(([day = '', title = '']) => ({ title, date: `${year}-${day}`, notes: '', bunting: true }));
}
