import { CHASER, common, email, HEAD, IN_THREAD, LETTER_ID, LETTER_MESSAGE_ID, multipart, PLAIN, SUBJECT } from './build.ts';
import type { Headers, Sample } from './build.ts';

const HARRIET = `Harriet Head <${HEAD}>`;
const RE = `Re: ${SUBJECT}`;

const LETTER =
  'Dear Harriet,\nHillside School is asked to confirm that it takes part.\n\nIf you are out of the office, pass this on. Automatic reply? Nobody counts it.';
const QUOTE = LETTER.split('\n')
  .map((line) => `> ${line}`.trimEnd())
  .join('\n');

/** How clients set what they quote below, above or between the words of a person. */
const QUOTED: Readonly<Record<string, string>> = {
  gmail: `On Tue, 2 Oct 2040 at 09:12, Chaser <${CHASER}> wrote:\n\n${QUOTE}`,
  gmailFolded: `On Tue, 2 Oct 2040 at 09:12, Chaser via School Improvement Support Service\n<${CHASER}> wrote:\n\n${QUOTE}`,
  apple: `> On 2 Oct 2040, at 09:12, Chaser <${CHASER}> wrote:\n> \n${QUOTE}`,
  outlook: `From: Chaser <${CHASER}>\nSent: 02 October 2040 09:12\nTo: Harriet Head <${HEAD}>\nSubject: ${SUBJECT}\n\n${LETTER}`,
  outlookLine: `________________________________\nFrom: Chaser <${CHASER}>\nSent: Tuesday, October 2, 2040 9:12:00 AM\nTo: Harriet Head <${HEAD}>\nSubject: ${SUBJECT}\n\n${LETTER}`,
  outlookOld: `-----Original Message-----\nFrom: Chaser [mailto:${CHASER}]\nSent: 02 October 2040 09:12\nTo: Harriet Head\nSubject: ${SUBJECT}\n\n${LETTER}`,
  thunderbird: `On 02/10/2040 09:12, Chaser wrote:\n${QUOTE}`,
  german: `Am 02.10.2040 um 09:12 schrieb Chaser <${CHASER}>:\n\n${QUOTE}`,
  outlookGerman: `Von: Chaser <${CHASER}>\nGesendet: Dienstag, 2. Oktober 2040 09:12\nAn: Harriet Head\nBetreff: ${SUBJECT}\n\n${LETTER}`,
  french: `Le mar. 2 oct. 2040 à 09:12, Chaser <${CHASER}> a écrit :\n\n${QUOTE}`,
  outlookFrench: `De : Chaser <${CHASER}>\nEnvoyé : mardi 2 octobre 2040 09:12\nÀ : Harriet Head\nObjet : ${SUBJECT}\n\n${LETTER}`,
  spanish: `El mar, 2 oct 2040 a las 9:12, Chaser (<${CHASER}>) escribió:\n\n${QUOTE}`,
  italian: `Il giorno mar 2 ott 2040 alle ore 09:12 Chaser <${CHASER}> ha scritto:\n\n${QUOTE}`,
  polish: `W dniu 2.10.2040 o 09:12, Chaser pisze:\n${QUOTE}\n\nwt., 2 paź 2040 o 09:12 Chaser <${CHASER}> napisał(a):\n${QUOTE}`.slice(
    `W dniu 2.10.2040 o 09:12, Chaser pisze:\n${QUOTE}\n\n`.length,
  ),
  dutch: `Op di 2 okt 2040 om 09:12 schreef Chaser <${CHASER}>:\n\n${QUOTE}`,
  welsh: `Ar 2 Hydref 2040 am 09:12, ysgrifennodd Chaser <${CHASER}>:\n\n${QUOTE}`,
  unmarked: `On 2 October 2040 09:12, Chaser <${CHASER}> wrote:\n${LETTER}`,
};

type Row = {
  readonly name: string;
  readonly subject?: string;
  readonly words: string;
  readonly body?: string;
  readonly more?: Headers;
  readonly from?: string;
};

/** The words of a person above what each client quotes. */
const TOP: readonly Row[] = Object.entries(QUOTED).map(([client, quoted], number) => ({
  name: `above what ${client} quotes`,
  words: ['Yes, we take part.', 'No, thank you.\n\nHarriet', 'Yes.', 'Can we talk on Thursday?'][number % 4] ?? '',
  body: `${['Yes, we take part.', 'No, thank you.\n\nHarriet', 'Yes.', 'Can we talk on Thursday?'][number % 4]}\n\n${quoted}`,
}));

const PLACED: readonly Row[] = [
  {
    name: 'below what is quoted',
    words: 'Yes, we take part.',
    body: `On Tue, 2 Oct 2040 at 09:12, Chaser <${CHASER}> wrote:\n${QUOTE}\n\nYes, we take part.`,
  },
  {
    name: 'between what is quoted',
    words: 'That is right.\n\nNo, Friday.',
    body: `On Tue, 2 Oct 2040 at 09:12, Chaser <${CHASER}> wrote:\n> Hillside School takes part\n\nThat is right.\n\n> by Thursday\n\nNo, Friday.`,
  },
  { name: 'nothing is quoted', words: 'Yes, we take part.\n\nKind regards\nHarriet Head\nHeadteacher' },
  {
    name: 'a telephone',
    words: 'Yes\n\nSent from my iPhone',
    body: `Yes\n\nSent from my iPhone\n\n> On 2 Oct 2040, at 09:12, Chaser <${CHASER}> wrote:\n> \n${QUOTE}`,
  },
  { name: 'one letter', words: 'Y' },
  { name: 'a long reply', words: 'We have thought about it.\n'.repeat(200).trim() },
  { name: 'a list that begins with dashes', words: '- yes to the first\n- no to the second\n---\nHarriet' },
  { name: 'words that look like a heading', words: 'From: now on please write to the deputy.\nIt is easier for us.' },
  { name: 'a sentence that ends in wrote', words: 'This is about what the inspector wrote.\nWe agree with it.' },
  { name: 'an empty body', words: '' },
];

/** Subjects and words that speak of automatic replies, of absence and of e-mails that come back. A person wrote each. */
const SPEAKS_OF: readonly Row[] = [
  {
    name: 'answers an automatic reply',
    subject: `Re: Automatic reply: ${SUBJECT}`,
    words: 'I got an automatic reply from you. Yes, we take part.',
  },
  {
    name: 'passes on an automatic reply',
    subject: `Fw: Automatic reply: ${SUBJECT}`,
    words: 'Harriet is away, as she says below. I answer for her: yes.',
  },
  {
    name: 'passes on an automatic reply in German',
    subject: `WG: Automatische Antwort: ${SUBJECT}`,
    words: 'Zur Kenntnis: wir nehmen teil.',
  },
  {
    name: 'asks about automatic replies',
    subject: 'Automatic reply not working',
    words: 'We have mended our automatic reply. And yes, we take part.',
    more: {},
  },
  {
    name: 'a question with the words',
    subject: 'Automatic reply?',
    words: 'Did you get an automatic reply from us? We are here and take part.',
    more: {},
  },
  {
    name: 'begins with the words, and tells of somebody else',
    subject: 'Automatic reply: is anybody there?',
    words: 'Your service answers at once. Is anybody there? We take part.',
    more: {},
  },
  {
    name: 'out of office in the subject',
    subject: 'Out of office next week',
    words: 'I will be out of office next week, so here is my answer now: yes.',
    more: {},
  },
  { name: 'away in the words', words: 'I am away until 15 October. Yes, we take part.' },
  { name: 'thank you for your e-mail', words: 'Thank you for your email. We take part.' },
  { name: 'on leave in the words', words: 'I am on annual leave, but I answer this one: no, thank you.' },
  {
    name: 'tells of an e-mail that came back',
    subject: 'Undeliverable: your last e-mail',
    words: 'I wrote to your coordinator, and it could not be delivered: 550 5.1.1 User unknown.',
    more: {},
  },
  {
    name: 'passes on a report',
    subject: 'Fw: Undelivered Mail Returned to Sender',
    words: 'This came back to me. What is the right address?',
    more: {},
  },
  {
    name: 'failure notice in the subject',
    subject: 'failure notice of the governors',
    words: 'The governors have failed to agree. We need more time.',
    more: {},
  },
  { name: 'delivery in the words', words: 'The delivery has failed to arrive: our letter was returned to sender.' },
  { name: 'delayed', subject: `Delayed: ${SUBJECT}`, words: 'It is delayed. We need until Friday.' },
  { name: 'absent in the subject', subject: 'Re: Absent governors', words: 'Two governors were absent. The rest agree.' },
  {
    name: 'auto in the subject',
    subject: 'Re: Auto: can you change the address?',
    words: 'Please write to office@hillside.example from now on.',
  },
];

/** Headers that say of themselves that nothing is automatic, or that say nothing. */
const HEADED: readonly Row[] = [
  { name: 'Auto-Submitted: no', words: 'Yes.', more: { ...IN_THREAD, 'Auto-Submitted': 'no' } },
  { name: 'Auto-Submitted: no, with a comment', words: 'Yes.', more: { ...IN_THREAD, 'Auto-Submitted': 'no (a person wrote it)' } },
  { name: 'an empty X-Auto-Response-Suppress', words: 'Yes.', more: { ...IN_THREAD, 'X-Auto-Response-Suppress': '' } },
  { name: 'X-Auto-Response-Suppress: None', words: 'Yes.', more: { ...IN_THREAD, 'X-Auto-Response-Suppress': 'None' } },
  { name: 'Precedence: normal', words: 'Yes.', more: { ...IN_THREAD, Precedence: 'normal' } },
  {
    name: 'Importance and flags',
    words: 'Yes.',
    more: { ...IN_THREAD, Importance: 'high', 'X-Priority': '1', 'Thread-Topic': SUBJECT, 'Thread-Index': 'AQHb' },
  },
  { name: 'asks for a receipt', words: 'Yes.', more: { ...IN_THREAD, 'Disposition-Notification-To': HEAD, 'Return-Receipt-To': HEAD } },
  { name: 'a return path of their own', words: 'Yes.', more: { 'Return-Path': `<${HEAD}>`, ...IN_THREAD } },
  { name: 'X-Autoreply: no', words: 'Yes.', more: { ...IN_THREAD, 'X-Autoreply': 'no' } },
  {
    name: 'scanned by a gateway',
    words: 'Yes.',
    more: { ...IN_THREAD, 'X-Spam-Status': 'No, score=-1.9', 'X-Virus-Scanned': 'clean', 'X-Mimecast-Spam-Score': '0' },
  },
  {
    name: 'whoever looks after the mail server',
    from: 'Pat Post <postmaster@hillside.example>',
    words: 'I look after e-mail here. Harriet asks me to say yes.',
  },
  { name: 'a shared mailbox', from: 'Hillside School Office <office@hillside.example>', words: 'On behalf of Harriet Head: yes.' },
  {
    name: 'another address of the same person',
    from: 'Harriet Head <harriet.head@home.example>',
    words: 'Yes. Sorry, from my own address.',
  },
  { name: 'a name in Japanese', from: '=?utf-8?B?5pel5pys?= <head@hillside.example>', words: 'はい、参加します。' },
  {
    name: 'only the last reference is ours',
    words: 'Yes.',
    more: { 'In-Reply-To': '<other@phone.example>', References: `<other@phone.example> ${LETTER_MESSAGE_ID}` },
  },
  { name: 'a thread in capitals', words: 'Yes.', more: { 'In-Reply-To': LETTER_MESSAGE_ID.toUpperCase() } },
];

/** The client lost the thread: the address that the reply went to tells of the letter. */
const PLUS = CHASER.replace('@', `+${LETTER_ID}@`);
const LOST: readonly Row[] = [
  { name: 'to the plus address', subject: 'Yes', words: 'Yes.', more: { To: PLUS } },
  { name: 'to the plus address with a name', subject: 'our answer', words: 'No.', more: { To: `"Chaser" <${PLUS}>` } },
  {
    name: 'to the coordinator, and a copy to the plus address',
    subject: RE,
    words: 'Yes.',
    more: { To: 'cora@delivery.example', Cc: `Chaser <${PLUS}>` },
  },
  { name: 'delivered to the plus address', subject: RE, words: 'Yes.', more: { 'Delivered-To': PLUS } },
  { name: 'first asked of the plus address', subject: RE, words: 'Yes.', more: { 'X-Original-To': PLUS } },
  { name: 'to the plus address in capitals', subject: RE, words: 'Yes.', more: { To: PLUS.toUpperCase() } },
];

function plain({ name, subject = RE, words, body, more = IN_THREAD, from = HARRIET }: Row, number: number): Sample {
  const known = Object.keys(more).length > 0;
  return {
    name,
    kind: 'person',
    words,
    ...(known ? {} : { threads: false as const }),
    raw: email({ ...common(from, subject, `person-${number}`), ...more, ...PLAIN }, body ?? words),
  };
}

const base64 = (text: string): string =>
  Buffer.from(text)
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\n');

/** What bodies are made of. */
const MADE_OF: readonly Sample[] = [
  {
    name: 'HTML alone, as Outlook writes it',
    kind: 'person',
    words: 'Yes, we take part.\n\nHarriet',
    raw: email(
      { ...common(HARRIET, RE, 'html-1'), ...IN_THREAD, 'Content-Type': 'text/html; charset=utf-8' },
      `<html><head><style>p{color:red}</style></head><body><p>Yes, we take part.</p><p>Harriet</p><div style="border-top:solid"><p><b>From:</b> Chaser &lt;${CHASER}&gt;<br><b>Sent:</b> 02 October 2040 09:12<br><b>To:</b> Harriet Head<br><b>Subject:</b> ${SUBJECT}</p></div><p>Dear Harriet</p></body></html>`,
    ),
  },
  {
    name: 'HTML alone, as Gmail writes it',
    kind: 'person',
    words: 'No, thank you.',
    raw: email(
      { ...common(HARRIET, RE, 'html-2'), ...IN_THREAD, 'Content-Type': 'text/html; charset=utf-8' },
      `<div dir="ltr">No, thank you.</div><br><div class="gmail_quote"><div dir="ltr">On Tue, 2 Oct 2040 at 09:12, Chaser &lt;<a href="mailto:${CHASER}">${CHASER}</a>&gt; wrote:<br></div><blockquote><p>Dear Harriet</p></blockquote></div>`,
    ),
  },
  {
    name: 'quoted-printable in windows-1252',
    kind: 'person',
    words: 'Yes – we’ll take part.',
    raw: email(
      {
        ...common(HARRIET, RE, 'qp-1'),
        ...IN_THREAD,
        'Content-Type': 'text/plain; charset=windows-1252',
        'Content-Transfer-Encoding': 'quoted-printable',
      },
      'Yes =96 we=92ll take part.',
    ),
  },
  {
    name: 'base64',
    kind: 'person',
    words: 'Yes, we take part. Žluťoučký kůň.',
    raw: email(
      { ...common(HARRIET, RE, 'b64-1'), ...IN_THREAD, 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': 'base64' },
      base64('Yes, we take part. Žluťoučký kůň.'),
    ),
  },
  {
    name: 'with attachments',
    kind: 'person',
    words: 'Our plan is attached.',
    raw: email(
      { ...common(HARRIET, RE, 'att-1'), ...IN_THREAD, 'Content-Type': 'multipart/mixed; boundary="m"' },
      multipart('m', [
        { type: 'text/plain; charset=utf-8', body: 'Our plan is attached.' },
        {
          type: 'application/pdf; name="plan.pdf"',
          more: 'Content-Disposition: attachment; filename="plan.pdf"\nContent-Transfer-Encoding: base64',
          body: base64('%PDF-1.7 a plan'),
        },
        {
          type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
          more: 'Content-Disposition: attachment; filename="../../etc/passwd.docm"\nContent-Transfer-Encoding: base64',
          body: base64('PK'),
        },
      ]),
    ),
  },
  {
    name: 'a report passed on as an attachment',
    kind: 'person',
    words: 'I got this back. Who is right?',
    raw: email(
      { ...common(HARRIET, 'Fw: Undeliverable', 'att-2'), ...IN_THREAD, 'Content-Type': 'multipart/mixed; boundary="m"' },
      multipart('m', [
        { type: 'text/plain; charset=utf-8', body: 'I got this back. Who is right?' },
        {
          type: 'message/delivery-status',
          more: 'Content-Disposition: attachment; filename="details.txt"',
          body: `Reporting-MTA: dns;mx.example\n\nFinal-Recipient: rfc822;${HEAD}\nAction: failed\nStatus: 5.1.1`,
        },
      ]),
    ),
  },
  {
    name: 'signed with S/MIME',
    kind: 'person',
    words: 'Yes, signed.',
    raw: email(
      {
        ...common(HARRIET, RE, 'smime-1'),
        ...IN_THREAD,
        'Content-Type': 'multipart/signed; protocol="application/pkcs7-signature"; boundary="m"',
      },
      multipart('m', [
        { type: 'text/plain; charset=utf-8', body: 'Yes, signed.' },
        {
          type: 'application/pkcs7-signature; name="smime.p7s"',
          more: 'Content-Disposition: attachment; filename="smime.p7s"\nContent-Transfer-Encoding: base64',
          body: base64('x'),
        },
      ]),
    ),
  },
];

/** Replies in other languages. */
const LANGUAGES: readonly Row[] = [
  { name: 'Welsh', words: 'Ie, rydym yn cymryd rhan.' },
  { name: 'German', subject: `AW: ${SUBJECT}`, words: 'Ja, wir nehmen teil.' },
  { name: 'French', subject: `RE : ${SUBJECT}`, words: 'Oui, nous participons.' },
  { name: 'Polish', subject: `Odp: ${SUBJECT}`, words: 'Tak, bierzemy udział.' },
  { name: 'Urdu', words: 'جی ہاں، ہم شریک ہیں۔' },
  { name: 'Chinese', subject: `答复: ${SUBJECT}`, words: '是的，我们参加。' },
];

/** What people write: 75 e-mails and more. */
export const PEOPLE: readonly Sample[] = [...[...TOP, ...PLACED, ...SPEAKS_OF, ...HEADED, ...LOST, ...LANGUAGES].map(plain), ...MADE_OF];
