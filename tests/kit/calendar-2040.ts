import { inventedCalendar } from './programmes.ts';

/**
 * Days for the tests on the real server, and for those beside their source that need the same years. That server's clock can be moved
 * forward and never back, so the deployments live in years that no run of the tests will ever reach. The same dates come out on whatever
 * day the tests run.
 */
export const CALENDAR_2040 = inventedCalendar({
  version: 'test-2040',
  years: [2040, 2042],
  holidays: [
    ['2040-12-25', 'Christmas Day'],
    ['2040-12-26', 'Boxing Day'],
    ['2041-01-01', 'New Year’s Day'],
    ['2041-04-19', 'Good Friday'],
    ['2041-04-22', 'Easter Monday'],
    ['2041-05-06', 'Early May bank holiday'],
    ['2041-05-27', 'Spring bank holiday'],
    ['2041-08-26', 'Summer bank holiday'],
    ['2041-12-25', 'Christmas Day'],
    ['2041-12-26', 'Boxing Day'],
  ],
  terms: [
    ['autumn', 2040, '2040-09-03', '2040-12-20', '2040-10-22', '2040-10-26'],
    ['spring', 2041, '2041-01-07', '2041-04-05', '2041-02-18', '2041-02-22'],
    ['summer', 2041, '2041-04-23', '2041-07-23', '2041-05-27', '2041-05-31'],
    ['autumn', 2041, '2041-09-02', '2041-12-20', '2041-10-28', '2041-11-01'],
    ['spring', 2042, '2042-01-06', '2042-03-28', '2042-02-17', '2042-02-21'],
    ['summer', 2042, '2042-04-14', '2042-07-22', '2042-05-26', '2042-05-30'],
  ],
});
