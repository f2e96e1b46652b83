/**
 * The morning: N deployments whose rung falls due in the same second, stored and sent, beside a bare workflow of one
 * timer and one insert on the same server in the same run. Machines are noisy: read the ratio, not the seconds.
 *
 *   npm run bench -- morning [N] [rounds]
 */
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { loadCalendarBook, calendarFor } from '../calendars/calendar-book.ts';
import { londonDate, londonInstant, londonMinute } from '../domain/london.ts';
import { sendingStartMs } from '../domain/sending-time.ts';
import type { Programme } from '../domain/programme.ts';
import { answer, programmeOf, step } from '../domain/test-programmes.ts';
import { createSmtpMail } from '../mail/smtp.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned.ts';
import { openDatabase } from '../postgres/database.ts';
import { createEngine } from '../worker/engine.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import type { DeploymentStart } from '../workflows/messages.ts';
