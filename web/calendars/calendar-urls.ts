import { urls } from '../shared/urls.ts';

/** Every address under the calendars. */
export const calendarUrls = {
  authority: (code: string) => `${urls.calendars()}/authority/${encodeURIComponent(code)}`,
  import: () => `${urls.calendars()}/import`,
  close: () => `${urls.calendars()}/close`,
  check: () => `${urls.calendars()}/check`,
  keep: () => `${urls.calendars()}/keep`,
  adopt: () => `${urls.calendars()}/adopt`,
  impact: () => `${urls.calendars()}/impact`,
} as const;
