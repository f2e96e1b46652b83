import { fileURLToPath } from 'node:url';
import { ensureFolder } from './folders.ts';
import { startPart } from './part.ts';
import type { Part } from './part.ts';
import { fetchPage, untilReady } from './until-ready.ts';

/**
 * Starts MailDev, an SMTP server that keeps every e-mail in a folder and shows it on a page. Nothing leaves this
 * machine.
 */
export async function startMailbox(options: {
  readonly smtp: number;
  readonly page: number;
  readonly folder: string;
  readonly logFile: string;
  readonly say?: (text: string) => void;
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
  await untilReady({ part, logFile: options.logFile, say: options.say }, () => fetchPage(`http://127.0.0.1:${options.page}/`));
  return part;
}
