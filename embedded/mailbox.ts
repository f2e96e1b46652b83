import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureFolder } from './folders.ts';
import { lastLines, startPart } from './part.ts';
import type { Part } from './part.ts';

const READY_WITHIN_MS = 20_000;

/** Starts MailDev: an SMTP server that keeps every e-mail in a folder and shows it on a page; nothing leaves this machine. */
export async function startMailbox(options: {
  readonly smtp: number;
  readonly page: number;
  readonly folder: string;
  readonly logFile: string;
}): Promise<Part> {
  const part = await startPart({
    name: 'the mailbox',
    command: process.execPath,
    args: [
      fileURLToPath(new URL('./bin/maildev.js', import.meta.resolve('maildev'))),
      ...['--smtp', String(options.smtp), '--ip', '127.0.0.1', '--web', String(options.page), '--web-ip', '127.0.0.1'],
      ...['--mail-directory', ensureFolder(options.folder), '--hide-extensions', 'STARTTLS'],
    ],
    logFile: options.logFile,
    stopSignal: 'SIGTERM',
    pidFile: `${options.folder}.pid`,
  });
  let ended = false;
  void part.exited.then(() => (ended = true));
  for (const giveUpAtMs = Date.now() + READY_WITHIN_MS; ;) {
    if (await answers(`http://127.0.0.1:${options.page}/`)) return part;
    if (ended || Date.now() > giveUpAtMs) {
      await part.stop();
      throw new Error(`The mailbox did not start:\n${await lastLines(options.logFile)}`);
    }
    await sleep(100);
  }
}

async function answers(url: string): Promise<boolean> {
  // Its page is only for those who ask for one.
  return fetch(url, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
