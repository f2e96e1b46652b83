import { CHASER, common, email, HEAD, LETTER_MESSAGE_ID, multipart, PLAIN, SUBJECT } from './build.ts';
import type { Sample } from './build.ts';

type Report = {
  readonly name: string;
  readonly from?: string;
  readonly subject?: string;
  readonly words: string;
  readonly action?: string;
  readonly status: string;
  readonly diagnostic?: string;
  readonly original?: string;
  readonly final?: string;
  readonly forGood?: boolean;
};

const RETURNED = `Message-ID: ${LETTER_MESSAGE_ID}\nFrom: Chaser <${CHASER}>\nTo: ${HEAD}\nSubject: ${SUBJECT}\nAuto-Submitted: auto-generated`;

/** A report of RFC 3464. */
function report(given: Report, number: number): Sample {
  const {
    name,
    from = 'MAILER-DAEMON@mx.relay.example',
    subject = 'Undelivered Mail Returned to Sender',
    words,
    action = 'failed',
    status,
  } = given;
  const fields = [
    `Final-Recipient: rfc822; ${given.final ?? HEAD}`,
    ...(given.original === undefined ? [] : [`Original-Recipient: rfc822;${given.original}`]),
    `Action: ${action}`,
    `Status: ${status}`,
    'Remote-MTA: dns; mx.hillside.example',
    ...(given.diagnostic === undefined ? [] : [`Diagnostic-Code: smtp; ${given.diagnostic}`]),
  ];
  return {
    name,
    kind: action === 'delayed' ? 'delayed' : 'bounce',
    recipient: given.original ?? given.final ?? HEAD,
    ...(action === 'delayed' ? {} : { forGood: given.forGood ?? false }),
    raw: email(
      {
        'Return-Path': '<>',
        ...common(`Mail Delivery System <${from}>`, subject, `dsn-${number}`),
        'Auto-Submitted': 'auto-replied',
        'Content-Type': 'multipart/report; report-type=delivery-status; boundary="r"',
      },
      multipart('r', [
        { type: 'text/plain; charset=us-ascii', body: words },
        {
          type: 'message/delivery-status',
          body: `Reporting-MTA: dns; mx.relay.example\nArrival-Date: Tue,  2 Oct 2040 10:14:58 +0100\n\n${fields.join('\n')}\n`,
        },
        {
          type: number % 2 === 0 ? 'text/rfc822-headers' : 'message/rfc822',
          body: `${RETURNED}\nContent-Type: text/plain\n\n${number % 2 === 0 ? '' : 'Please confirm.'}`,
        },
      ]),
    ),
  };
}

const POSTFIX = `This is the mail system at host mx.relay.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.`;
const EXCHANGE = `Delivery has failed to these recipients or groups:\n\n${HEAD}\nYour message couldn't be delivered.`;
const GMAIL = `** Address not found **\n\nYour message wasn't delivered to ${HEAD} because the address couldn't be found, or is unable to receive mail.`;

const REPORTS: readonly Report[] = [
  // Gone for good
  {
    name: 'Postfix: no such user',
    words: POSTFIX,
    status: '5.1.1',
    diagnostic: `550 5.1.1 <${HEAD}>: Recipient address rejected: User unknown in virtual mailbox table`,
    forGood: true,
  },
  { name: 'Postfix: no such user, local', words: POSTFIX, status: '5.1.1', diagnostic: 'x-unix; user unknown', forGood: true },
  {
    name: 'Postfix: no such domain',
    words: POSTFIX,
    status: '5.4.4',
    diagnostic: 'Host or domain name not found. Name service error for name=hillside.example type=A: Host not found',
    forGood: true,
  },
  {
    name: 'Exchange Online: not found',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    words: EXCHANGE,
    status: '5.1.10',
    diagnostic: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient head@hillside.example not found by SMTP address lookup',
    forGood: true,
  },
  {
    name: 'Exchange on premises: not found',
    from: 'MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    words: EXCHANGE,
    status: '5.1.1',
    diagnostic: '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found',
    forGood: true,
  },
  {
    name: 'Exchange Online: access denied for an unknown recipient',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    words: EXCHANGE,
    status: '5.4.1',
    diagnostic: '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)',
    forGood: true,
  },
  {
    name: 'Gmail: not found',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    words: GMAIL,
    status: '5.1.1',
    diagnostic:
      "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos. 550 5.1.1 https://support.example/mail/?p=NoSuchUser",
    forGood: true,
  },
  {
    name: 'Gmail: inactive',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    words: GMAIL,
    status: '5.2.1',
    diagnostic: '550 5.2.1 The email account that you tried to reach is inactive.',
    forGood: true,
  },
  {
    name: 'Gmail: no such domain',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    words: "** Address not found **\n\nYour message wasn't delivered because the domain hillside.example couldn't be found.",
    status: '5.1.2',
    diagnostic: 'DNS Error: DNS type mx lookup of hillside.example responded with code NXDOMAIN. Domain name not found: hillside.example',
    forGood: true,
  },
  {
    name: 'Exim: unrouteable',
    from: 'Mailer-Daemon@relay.example',
    subject: 'Mail delivery failed: returning message to sender',
    words: 'This message was created automatically by mail delivery software.',
    status: '5.0.0',
    diagnostic: '550 5.1.1 Unrouteable address',
    forGood: true,
  },
  {
    name: 'Sendmail: user unknown',
    words: '   ----- The following addresses had permanent fatal errors -----',
    status: '5.1.1',
    subject: 'Returned mail: see transcript for details',
    diagnostic: '550 5.1.1 <head@hillside.example>... User unknown',
    forGood: true,
  },
  {
    name: 'Yahoo: disabled',
    words: 'Sorry, we were unable to deliver your message.',
    status: '5.2.1',
    diagnostic:
      '554 delivery error: dd Sorry, your message to head@hillside.example cannot be delivered. This mailbox is disabled (554.30).',
    forGood: true,
  },
  {
    name: 'Mimecast: not in the directory',
    words: POSTFIX,
    status: '5.1.1',
    diagnostic: '550 5.1.1 Invalid Recipient - https://community.example/docs/DOC-1369#550',
    forGood: true,
  },
  { name: 'the address was moved', words: POSTFIX, status: '5.1.6', diagnostic: '551 5.1.6 User has moved', forGood: true },
  {
    name: 'Domino: not in the directory',
    words: 'Your message was not delivered.',
    subject: 'DELIVERY FAILURE: User head (head@hillside.example) not listed in Domino Directory',
    status: '5.1.1',
    diagnostic: '550 5.1.1 User head (head@hillside.example) not listed in Domino Directory',
    forGood: true,
  },
  {
    name: 'a group that expands to somebody who has left',
    words: POSTFIX,
    status: '5.1.1',
    original: HEAD,
    final: 'former.head@hillside.example',
    diagnostic: '550 5.1.1 User unknown',
    forGood: true,
  },
  // Not for good: the mailbox is there, or the e-mail is at fault
  {
    name: 'Exchange: the mailbox is full',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    words: EXCHANGE,
    status: '5.2.2',
    diagnostic: '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException',
  },
  {
    name: 'Gmail: over quota',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    words: "** Message not delivered **\n\nThe recipient's inbox is full.",
    status: '4.2.2',
    diagnostic: "452 4.2.2 The recipient's inbox is out of storage space.",
  },
  { name: 'tried for too long', words: POSTFIX, status: '4.4.7', diagnostic: '421 4.4.7 message timeout exceeded' },
  {
    name: 'the server did not answer for five days',
    words: POSTFIX,
    status: '4.4.1',
    diagnostic: 'connect to mx.hillside.example[192.0.2.25]:25: Connection timed out',
  },
  { name: 'taken for spam', words: POSTFIX, status: '5.7.1', diagnostic: '550 5.7.1 Message rejected as spam by Content Filtering' },
  {
    name: 'our address stands on a blocklist',
    words: POSTFIX,
    status: '5.7.1',
    diagnostic: '554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using bl.list.example',
  },
  {
    name: 'DMARC of ours',
    words: POSTFIX,
    status: '5.7.26',
    diagnostic: "550 5.7.26 Unauthenticated email from mail.example is not accepted due to domain's DMARC policy.",
  },
  { name: 'too large', words: POSTFIX, status: '5.3.4', diagnostic: '552 5.3.4 Message size exceeds fixed limit' },
  {
    name: 'Exchange: restricted to people inside',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    words: EXCHANGE,
    status: '5.7.133',
    diagnostic:
      '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group',
  },
  {
    name: 'Exchange: a loop of forwarding',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    words: EXCHANGE,
    status: '5.4.14',
    diagnostic: '554 5.4.14 Hop count exceeded - possible mail loop ATTR34',
  },
  { name: 'a virus scanner', words: POSTFIX, status: '5.6.0', diagnostic: '554 5.6.0 Message contains a virus' },
  { name: 'nothing but a status', words: 'Your message could not be delivered.', status: '5.0.0' },
  { name: 'relaying was denied on the way', words: POSTFIX, status: '5.7.1', diagnostic: `554 5.7.1 <${HEAD}>: Relay access denied` },
  // Delayed
  {
    name: 'Postfix: delayed',
    action: 'delayed',
    subject: 'Delayed Mail (still being retried)',
    words: 'THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.',
    status: '4.4.1',
    diagnostic: 'connect to mx.hillside.example: Connection timed out',
  },
  {
    name: 'Gmail: delayed',
    action: 'delayed',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Delay)',
    words: '** Delivery incomplete **\n\nThere was a temporary problem delivering your message. Gmail will retry for 47 more hours.',
    status: '4.4.1',
  },
  {
    name: 'Exchange: delayed',
    action: 'delayed',
    from: 'postmaster@hillside.example',
    subject: `Delivery delayed: ${SUBJECT}`,
    words: 'Delivery to these recipients or groups is delayed.',
    status: '4.4.0',
    diagnostic: '450 4.4.0 DNS query failed',
  },
  {
    name: 'Exim: delayed',
    action: 'delayed',
    from: 'Mailer-Daemon@relay.example',
    subject: 'Warning: message 1kQxyz delayed 24 hours',
    words: 'No action is required on your part.',
    status: '4.0.0',
  },
  {
    name: 'Sendmail: delayed',
    action: 'delayed',
    subject: 'Warning: could not send message for past 4 hours',
    words: '** THIS IS A WARNING MESSAGE ONLY **',
    status: '4.2.0',
    diagnostic: '450 4.2.0 Greylisted, try again later',
  },
];

type Words = {
  readonly name: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly kind?: 'delayed';
  readonly forGood?: boolean;
  readonly more?: Readonly<Record<string, string>>;
  /** Some reports bring nothing of the e-mail back. */
  readonly threads?: false;
  readonly html?: true;
};

const COPY = `${RETURNED}\nContent-Type: text/plain\n\nYour mailbox is full, they said: 550 5.1.1 user unknown. Please confirm.`;

/** Reports in words alone, as the notorious others write them, or gateways leave them. */
const IN_WORDS: readonly Words[] = [
  {
    name: 'qmail: no mailbox',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'failure notice',
    forGood: true,
    text: `Hi. This is the qmail-send program at relay.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<${HEAD}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n${COPY}`,
  },
  {
    name: 'qmail: remote host said',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'failure notice',
    forGood: true,
    text: `Hi. This is the qmail-send program at relay.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<${HEAD}>:\n192.0.2.25 does not like recipient.\nRemote host said: 550 5.1.1 <${HEAD}> User unknown\nGiving up on 192.0.2.25.\n\n--- Below this line is a copy of the message.\n\n${COPY}`,
  },
  {
    name: 'qmail: full',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'failure notice',
    text: `Hi. This is the qmail-send program at relay.example.\n\n<${HEAD}>:\nThe users mailfolder is over the allowed quota (size). (#5.2.2)\n\n--- Below this line is a copy of the message.\n\n${COPY}`,
  },
  {
    name: 'qmail: in the queue too long',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'failure notice',
    text: `Hi. This is the qmail-send program at relay.example.\n\n<${HEAD}>:\nConnected to 192.0.2.25 but greeting failed.\nI'm not going to try again; this message has been in the queue too long. (#4.4.2)\n\n--- Below this line is a copy of the message.\n\n${COPY}`,
  },
  {
    name: 'Exim: user unknown',
    from: 'Mailer-Daemon@relay.example',
    subject: 'Mail delivery failed: returning message to sender',
    forGood: true,
    more: { 'X-Failed-Recipients': HEAD, 'Auto-Submitted': 'auto-replied' },
    text: `This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ${HEAD}\n    host mx.hillside.example [192.0.2.25]\n    SMTP error from remote mail server after RCPT TO:<${HEAD}>:\n    550 5.1.1 <${HEAD}>: Recipient address rejected: User unknown\n\n------ This is a copy of the message, including all the headers. ------\n\n${COPY}`,
  },
  {
    name: 'Exim: unrouteable',
    from: 'Mailer-Daemon@relay.example',
    subject: 'Mail delivery failed: returning message to sender',
    forGood: true,
    more: { 'X-Failed-Recipients': HEAD },
    text: `A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ${HEAD}\n    Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\n${COPY}`,
  },
  {
    name: 'Exim: retry time exceeded',
    from: 'Mailer-Daemon@relay.example',
    subject: 'Mail delivery failed: returning message to sender',
    more: { 'X-Failed-Recipients': HEAD },
    text: `A message that you sent could not be delivered to one or more of its recipients.\n\n  ${HEAD}\n    retry timeout exceeded\n\n------ This is a copy of the message, including all the headers. ------\n\n${COPY}`,
  },
  {
    name: 'Exim: delayed',
    from: 'Mailer-Daemon@relay.example',
    subject: 'Warning: message 1kQxyz-0001AB-Cd delayed 24 hours',
    kind: 'delayed',
    text: `This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on relay.example.\n\nThe message identifier is:     1kQxyz\nThe address to which the message has not yet been delivered is:\n\n  ${HEAD}\n    Delay reason: 451 4.7.1 Greylisting in action\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'Postfix without its report',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'Undelivered Mail Returned to Sender',
    forGood: true,
    text: `${POSTFIX}\n\n                   The mail system\n\n<${HEAD}>: host mx.hillside.example[192.0.2.25] said: 550 5.1.1\n    <${HEAD}>: Recipient address rejected: User unknown in virtual mailbox\n    table (in reply to RCPT TO command)\n\n${RETURNED}`,
  },
  {
    name: 'Postfix without its report: relay denied',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'Undelivered Mail Returned to Sender',
    text: `${POSTFIX}\n\n<${HEAD}>: host mx.hillside.example[192.0.2.25] said: 554 5.7.1\n    <${HEAD}>: Relay access denied (in reply to RCPT TO command)\n\n${RETURNED}`,
  },
  {
    name: 'Postfix without its report: delayed',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'Delayed Mail (still being retried)',
    kind: 'delayed',
    text: `####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################\n\nYour message could not be delivered for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.\n\n<${HEAD}>: connect to mx.hillside.example[192.0.2.25]:25: Connection timed out\n\n${RETURNED}`,
  },
  {
    name: 'Exchange 2003',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    forGood: true,
    text: `Your message did not reach some or all of the intended recipients.\n\n      Subject:\t${SUBJECT}\n      Sent:\t02/10/2040 10:14\n\nThe following recipient(s) could not be reached:\n\n      '${HEAD}' on 02/10/2040 10:15\n            The e-mail account does not exist at the organization this message was sent to.  Check the e-mail address, or contact the recipient directly to find out the correct address.\n            <mx.hillside.example #5.1.1>\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'Exchange Online in HTML',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    forGood: true,
    html: true,
    text: `<html><body><p>Your message to <b>${HEAD}</b> couldn't be delivered.</p><p>head wasn't found at hillside.example.</p><p>Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'</p><p>Original Message Headers:<br>Message-ID: ${LETTER_MESSAGE_ID.replace('<', '&lt;').replace('>', '&gt;')}</p></body></html>`,
  },
  {
    name: 'Exchange: full, in words',
    from: 'postmaster@hillside.example',
    subject: `Undeliverable: ${SUBJECT}`,
    text: `Your message to ${HEAD} couldn't be delivered.\nThe recipient's mailbox is full and can't accept messages now.\n\nRemote Server returned '554 5.2.2 mailbox full'\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'Gmail in words',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Failure)',
    forGood: true,
    more: { 'X-Failed-Recipients': HEAD, References: LETTER_MESSAGE_ID, 'In-Reply-To': LETTER_MESSAGE_ID },
    text: `** Address not found **\n\nYour message wasn't delivered to ${HEAD} because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.`,
  },
  {
    name: 'Gmail in words: delayed',
    from: 'mailer-daemon@googlemail.com',
    subject: 'Delivery Status Notification (Delay)',
    kind: 'delayed',
    more: { 'X-Failed-Recipients': HEAD, 'In-Reply-To': LETTER_MESSAGE_ID },
    text: `** Delivery incomplete **\n\nThere was a temporary problem delivering your message to ${HEAD}. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.`,
  },
  {
    name: 'Yahoo in words',
    from: 'MAILER-DAEMON@yahoo.example',
    subject: 'Failure Notice',
    forGood: true,
    text: `Sorry, we were unable to deliver your message to the following address.\n\n<${HEAD}>:\n550: 5.1.1 <${HEAD}> User doesn't exist: head@hillside.example\n\n--- Below this line is a copy of the message.\n\n${COPY}`,
  },
  {
    name: 'Sendmail in words',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'Returned mail: see transcript for details',
    forGood: true,
    text: `The original message was received at Tue, 2 Oct 2040 10:14:58 +0100\n\n   ----- The following addresses had permanent fatal errors -----\n<${HEAD}>\n    (reason: 550 5.1.1 <${HEAD}>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.hillside.example.:\n>>> DATA\n\n${RETURNED}`,
  },
  {
    name: 'Domino in words',
    from: 'postmaster@hillside.example',
    subject: 'DELIVERY FAILURE: User head (head@hillside.example) not listed in Domino Directory',
    forGood: true,
    text: `Your message\n\n  Subject: ${SUBJECT}\n\nwas not delivered to:\n\n  ${HEAD}\n\nbecause:\n\n  User head (${HEAD}) not listed in Domino Directory\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'a gateway of a school',
    from: 'mailer-daemon@filter.example',
    subject: 'Message blocked',
    text: `Your message to ${HEAD} was rejected by the content filter of the recipient's organisation.\nReason: 554 Message contains a blocked attachment\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'German',
    from: 'mailer-daemon@relay.example',
    subject: 'Unzustellbar: Nachricht',
    forGood: true,
    text: `Ihre Nachricht an ${HEAD} konnte nicht zugestellt werden.\n\n550 5.1.1 User unknown\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'French',
    from: 'postmaster@hillside.example',
    subject: 'Non remis : message',
    forGood: true,
    text: `Votre message n'a pas pu être remis à ${HEAD}.\n\nLe serveur distant a répondu : 550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'Spanish',
    from: 'postmaster@hillside.example',
    subject: 'No se puede entregar: mensaje',
    forGood: true,
    text: `No se pudo entregar el mensaje a ${HEAD}.\n\n550 5.1.1 User unknown\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'Italian',
    from: 'mailer-daemon@relay.example',
    subject: 'Mancata consegna',
    forGood: true,
    text: `Impossibile recapitare il messaggio a ${HEAD}:\n550 5.1.1 user unknown\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'Dutch',
    from: 'postmaster@hillside.example',
    subject: 'Onbestelbaar: bericht',
    forGood: true,
    text: `Uw bericht aan ${HEAD} kan niet worden bezorgd.\n550 5.1.1 RESOLVER.ADR.RecipNotFound\n\n${LETTER_MESSAGE_ID}`,
  },
  {
    name: 'nothing of ours in it',
    from: 'MAILER-DAEMON@relay.example',
    subject: 'Returned mail: User unknown',
    forGood: true,
    threads: false,
    text: `The following message could not be delivered to ${HEAD}: 550 5.1.1 User unknown`,
  },
  { name: 'nothing at all but a subject', from: 'MAILER-DAEMON@relay.example', subject: 'Undeliverable mail', threads: false, text: '' },
  {
    name: 'marked as from nobody',
    from: 'MAILER-DAEMON',
    subject: 'failure notice',
    forGood: true,
    more: { 'X-Failed-Recipients': HEAD },
    text: `<${HEAD}>: 550 5.1.1 No such user here\n\n${LETTER_MESSAGE_ID}`,
  },
];

const FROM_WORDS = IN_WORDS.map(({ name, from, subject, text, kind, forGood, more, threads, html }, number): Sample => ({
  name: `in words: ${name}`,
  kind: kind ?? 'bounce',
  ...(kind === undefined ? { forGood: forGood ?? false } : {}),
  ...(text.includes(HEAD) || more?.['X-Failed-Recipients'] === HEAD ? { recipient: HEAD } : {}),
  ...(threads === undefined ? {} : { threads }),
  raw: email(
    { ...common(from, subject, `words-${number}`), ...more, ...(html === true ? { 'Content-Type': 'text/html; charset=utf-8' } : PLAIN) },
    text,
  ),
}));

/** What mail servers send back: 62 e-mails. */
export const BOUNCES: readonly Sample[] = [...REPORTS.map(report), ...FROM_WORDS];
