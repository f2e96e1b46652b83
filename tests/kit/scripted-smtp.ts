import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Reply } from '../../mail/reply-meaning.ts';

export type Delivered = { readonly to: string; readonly raw: string };

/** When a scripted server answers: at the greeting, at a command, or after the final dot. */
export type ScriptedStage = 'greeting' | 'MAIL FROM' | 'RCPT TO' | 'DATA' | 'message';

export type ScriptedSmtp = {
  readonly url: string;
  readonly delivered: readonly Delivered[];
  /** What is said of a recipient at a stage, in the server's own words; null: what is usual. "cut" ends the connection. */
  says: (stage: ScriptedStage, to: string) => string | null;
  stop(): Promise<void>;
};

const USUAL: Readonly<Record<ScriptedStage, string>> = {
  greeting: '220 mx.scripted.example ESMTP',
  'MAIL FROM': '250 2.1.0 Ok',
  'RCPT TO': '250 2.1.5 Ok',
  DATA: '354 End data with <CR><LF>.<CR><LF>',
  message: '250 2.0.0 Ok: queued',
};

/**
 * An SMTP server that speaks as a table says, word for word and at every stage, which a well-behaved server would not do. What
 * is said at MAIL FROM cannot depend on the recipient: `to` is empty there.
 */
export async function startScriptedSmtp(): Promise<ScriptedSmtp> {
  const delivered: Delivered[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let to = '';
    let buffer = '';
    let inMessage = false;
    const say = (stage: ScriptedStage): boolean => {
      const said = scripted.says(stage, to);
      if (said === 'cut') {
        socket.destroy();
        return false;
      }
      const reply = said ?? USUAL[stage];
      socket.write(reply.split('\n').join('\r\n') + '\r\n');
      return /^[23]/u.test(reply);
    };
    say('greeting');
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1');
      for (;;) {
        const end = buffer.indexOf(inMessage ? '\r\n.\r\n' : '\r\n');
        if (end === -1 || socket.destroyed) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + (inMessage ? 5 : 2));
        if (inMessage) {
          inMessage = false;
          if (say('message')) delivered.push({ to, raw: line });
        } else if (/^(?:ehlo|helo)/iu.test(line)) socket.write('250-mx.scripted.example\r\n250 ENHANCEDSTATUSCODES\r\n');
        else if (/^mail from/iu.test(line)) {
          to = '';
          say('MAIL FROM');
        } else if (/^rcpt to/iu.test(line)) {
          to = /<([^>]*)>/u.exec(line)?.[1] ?? '';
          say('RCPT TO');
        } else if (/^data/iu.test(line)) inMessage = say('DATA');
        else if (/^quit/iu.test(line)) socket.end('221 2.0.0 Bye\r\n');
        else socket.write('250 2.0.0 Ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scripted: ScriptedSmtp = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delivered,
    says: () => null,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return scripted;
}

/** At which stages of the conversation a reply of the table is given. */
export function stagesOf(stage: Reply['stage']): readonly ScriptedStage[] {
  if (stage === 'DATA') return ['DATA', 'message'];
  return stage === 'other' ? ['greeting'] : [stage];
}
