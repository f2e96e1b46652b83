import { SMTPServer } from 'smtp-server';

/** Accepts every e-mail and forgets it. `node bench/smtp-sink.ts PORT` */
new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, _session, callback) {
    stream.on('end', () => callback()).resume();
  },
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'));

process.once('disconnect', () => process.exit(0));
