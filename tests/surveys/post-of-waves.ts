import { createNoteMail } from '../../mail/send-note.ts';
import { createSmtpMail } from '../../mail/smtp.ts';
import { postNotes } from '../../web/notes/post-notes.ts';
import type { World } from '../support/world.ts';

const FROM = { name: 'Chaser', address: 'chaser@post.example' };

/** The e-mails of a wave as they reach a mailbox. `send` posts what is queued, as the web service does. */
export type PostOfWaves = {
  send(): Promise<number>;
  /** What has arrived for somebody, the oldest first. */
  arrivedFor(email: string): World['sink']['arrived'];
  /** The page that the newest e-mail to somebody leads to. Throws where it leads to none. */
  linkOf(email: string): string;
  close(): void;
};

export function openPostOfWaves({ application, sink }: World): PostOfWaves {
  const messageIdDomain = 'post.example';
  const mail = createSmtpMail({
    url: sink.url,
    from: FROM,
    messageIdDomain,
    maxConnections: 1,
    ratePerSecond: null,
    allowedDomains: ['example'],
  });
  const arrivedFor = (email: string) => sink.arrived.filter(({ recipient }) => recipient === email);
  return {
    send: () => postNotes(application, createNoteMail({ mail, messageIdDomain, from: FROM })),
    arrivedFor,
    linkOf(email) {
      const found = /https:\/\/chaser\.example(\/survey\/[\w-]+)/.exec(arrivedFor(email).at(-1)?.text ?? '')?.[1];
      if (found === undefined) throw new Error(`${email} has no link`);
      return found;
    },
    close: () => mail.close(),
  };
}
