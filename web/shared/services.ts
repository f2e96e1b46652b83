import type { Client } from '@temporalio/client';
import type pg from 'pg';
import type { AnswerLinks } from '../../mail/answer-links.ts';

/** What the pages need of the world; made once, in main.ts. */
export type Services = {
  readonly db: pg.Pool;
  /** Connects when it is first needed: the pages are there though Temporal is not. */
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly links: AnswerLinks;
  readonly publicUrl: string;
  /** Whether cookies are for https alone. */
  readonly secure: boolean;
};
