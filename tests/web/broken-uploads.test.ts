import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { registerCalendarsRoutes } from '../../web/calendars/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

const PART = '--here\r\nContent-Disposition: form-data; name="what"\r\n\r\nfile\r\n';
const FILE =
  '--here\r\nContent-Disposition: form-data; name="file"; filename="a.ics"\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n';

/** What a broken browser, a cut connection or somebody who tries things out may send for a form with a file. */
describe('a form with a file that does not arrive whole', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await freshDatabase()));
  afterAll(() => database.end());

  for (const [what, type, payload, status] of [
    ['without a boundary', 'multipart/form-data', '', 411],
    ['with an empty boundary', 'multipart/form-data; boundary=', PART, 400],
    ['with a boundary that does not come', 'multipart/form-data; boundary=elsewhere', `${PART}--here--\r\n`, 400],
    ['cut off in an input', 'multipart/form-data; boundary=here', PART.slice(0, -4), 400],
    ['cut off in the file', 'multipart/form-data; boundary=here', `${PART}${FILE}`, 400],
    ['cut off in a header', 'multipart/form-data; boundary=here', `${PART}${FILE.slice(0, 60)}`, 400],
    ['with nothing in it', 'multipart/form-data; boundary=here', '', 411],
    ['whole, and of no use', 'multipart/form-data; boundary=here', `${PART}${FILE}--here--\r\n`, 400],
    ['with two files', 'multipart/form-data; boundary=here', `${PART}${FILE}${FILE}--here--\r\n`, 413],
  ] as const) {
    it(`is refused ${what}, and is no fault of the service`, async () => {
      const app = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerCalendarsRoutes);
      for (const url of ['/calendars/check', '/calendars/keep']) {
        const { statusCode, body } = await app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });
        assert.ok(
          statusCode === status || (what === 'whole, and of no use' && statusCode === 409),
          `${url}: ${statusCode} ${body.slice(0, 300)}`,
        );
      }
      await app.close();
    });
  }
});
