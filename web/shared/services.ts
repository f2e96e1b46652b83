import type { Client } from '@temporalio/client';
import type pg from 'pg';
import type { SessionLengths } from '../../postgres/access/sessions.ts';
import type { Rehearsals } from '../rehearse/rehearsal-work.ts';
import type { SecondPerson } from '../../desk/second-person.ts';
import type { AnswerLinks } from '../../mail/answer-links.ts';
import type { Organizer } from '../../mail/due-date-entry.ts';
import type { SecurityLog } from './security-log.ts';

export type Contact = { readonly operator: string | null; readonly email: string | null; readonly telephone: string | null };

/** What the pages need from outside. Made once, in main.ts. */
export type Services = {
  readonly db: pg.Pool;
  /** Connects when it is first needed, so the pages work while Temporal is down. */
  readonly temporal: Client;
  readonly taskQueue: string;
  readonly links: AnswerLinks;
  readonly publicUrl: string;
  /** Who publishes calendar entries: whoever sends the letters that carry them, too. */
  readonly organizer: Organizer;
  /** Checks programmes and plays them through, in a process of its own. */
  readonly rehearsals: Rehearsals;
  /** Tells of sign-ins, refusals and limits. */
  readonly security: SecurityLog;
  /** Whether cookies are for https only. */
  readonly secure: boolean;
  /** How long somebody stays signed in. */
  readonly sessionLengths: SessionLengths;
  /** A training copy, in which time is moved, and where its mailbox is shown; null for a real service. */
  readonly sandbox: { readonly mailboxUrl: string | null } | null;
  /** Who runs this service, and how to reach them. Null where nobody has said. */
  readonly contact: Contact;
  /** What one person proposes and another has to approve. */
  readonly secondPerson: SecondPerson;
};
