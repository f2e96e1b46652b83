import * as z from 'zod';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** A day of the calendar as every file of dates writes it. */
export const date = z
  .string('Write a date as YYYY-MM-DD, for example 2022-11-25.')
  .refine((text) => parsePlainDate(text) !== undefined, 'Write a day of the calendar as YYYY-MM-DD, for example 2022-11-25.')
  .transform((text) => text as PlainDate);

/** Text that is not empty; `what` says what it is to be. */
export const words = (what: string) => z.string(`Write ${what}.`).trim().min(1, `Write ${what}.`);
