import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { settleReceipt } from '../postgres/desk/receipts.ts';
import type { Receipt } from '../postgres/desk/receipts.ts';
import { tellMailroomAtOnce } from './tell-mailroom.ts';

/** Books what became of a message at GOV.UK Notify. Letters that are to go again are told to their mailroom. */
export async function bookReceipt(
  desk: { readonly db: pg.Pool; readonly client: Client; readonly taskQueue: string },
  receipt: Receipt,
): Promise<boolean> {
  const { moved, mailrooms } = await settleReceipt(desk.db, receipt);
  await Promise.all(mailrooms.map((mailroom) => tellMailroomAtOnce(desk.client, desk.taskQueue, mailroom)));
  return moved;
}
