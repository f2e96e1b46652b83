import type { Client } from '@temporalio/client';
import type pg from 'pg';
import type { SecondPerson } from '../../desk/second-person.ts';
import type { AnswerLinks } from '../../mail/answer-links.ts';

/** What the pages need from outside. Made once, in main.ts. */
export type Services = {
  readonly db: pg.Pool;
  /** Connects when it is first needed, so the pages work while Temporal is down. */
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly links: AnswerLinks;
  readonly publicUrl: string;
  /** Whether cookies are for https only. */
  readonly secure: boolean;
  /** What one person proposes and another has to approve; nothing unless told. */
  readonly secondPerson?: SecondPerson;
};
