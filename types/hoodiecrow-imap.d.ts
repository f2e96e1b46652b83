/** The IMAP server that tests talk to. It brings no types of its own; these are the parts that are used. */
declare module 'hoodiecrow-imap' {
  import type { Server } from 'node:net';

  type Folder = { readonly messages: { readonly uid: number; readonly flags: readonly string[]; readonly raw: string }[] };
  type Hoodiecrow = {
    readonly server: Server;
    listen(port: number, ready: () => void): void;
    close(ended: () => void): void;
    /** Puts an e-mail into a folder. */
    appendMessage(folder: string, flags: readonly string[], date: false, raw: string): void;
    getMailbox(folder: string): Folder;
  };

  const hoodiecrow: (options: {
    readonly plugins?: readonly string[];
    readonly storage: Readonly<Record<string, { readonly messages: readonly object[] }>>;
  }) => Hoodiecrow;
  export default hoodiecrow;
}
