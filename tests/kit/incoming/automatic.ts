import { CHASER, common, email, HEAD, IN_THREAD, LETTER_MESSAGE_ID, multipart, PLAIN, SUBJECT } from './build.ts';
import type { Headers, Sample } from './build.ts';

type Product = (subject: string, body: string, id: string) => { readonly headers: Headers; readonly body: string };

const HEADED = `Harriet Head <${HEAD}>`;

/** How products mark what they send by themselves. */
const PRODUCTS = {
  exchange: (subject, body, id) => ({
    headers: {
      ...common(HEADED, subject, id),
      ...IN_THREAD,
      'X-MS-Has-Attach': '',
      'X-Auto-Response-Suppress': 'All',
      'X-MS-Exchange-Inbox-Rules-Loop': HEAD,
      'X-MS-TNEF-Correlator': '',
      'auto-submitted': 'auto-generated',
      'Content-Type': 'multipart/alternative; boundary="_000_x_"',
    },
    body: multipart('_000_x_', [
      { type: 'text/plain; charset="utf-8"', body },
      { type: 'text/html; charset="utf-8"', body: `<html><body><div>${body.replaceAll('\n', '<br>')}</div></body></html>` },
    ]),
  }),
  /** Behind a gateway that takes away what it does not know. */
  exchangeStripped: (subject, body, id) => ({ headers: { ...common(HEADED, subject, id), ...IN_THREAD, ...PLAIN }, body }),
  /** HTML alone. */
  exchangeHtml: (subject, body, id) => ({
    headers: {
      ...common(HEADED, subject, id),
      ...IN_THREAD,
      'X-Auto-Response-Suppress': 'DR, OOF, AutoReply',
      'Content-Type': 'text/html; charset=utf-8',
    },
    body: `<html><head><style>p{margin:0}</style></head><body><p>${body.replaceAll('\n', '</p><p>')}</p></body></html>`,
  }),
  gmail: (subject, body, id) => ({
    headers: {
      ...common(HEADED, subject, id),
      ...IN_THREAD,
      Precedence: 'bulk',
      'X-Autoreply': 'yes',
      'Auto-Submitted': 'auto-replied',
      ...PLAIN,
    },
    body,
  }),
  gmailOld: (subject, body, id) => ({
    headers: { ...common(HEADED, subject, id), ...IN_THREAD, Precedence: 'bulk', 'X-Autoreply': 'yes', ...PLAIN },
    body,
  }),
  sieve: (subject, body, id) => ({
    headers: {
      ...common(HEADED, subject, id),
      ...IN_THREAD,
      'X-Sieve': 'Pigeonhole Sieve 0.5.21',
      'Auto-Submitted': 'auto-replied (vacation)',
      Precedence: 'bulk',
      ...PLAIN,
    },
    body,
  }),
  vacation: (subject, body, id) => ({
    headers: { ...common(HEADED, subject, id), 'In-Reply-To': LETTER_MESSAGE_ID, Precedence: 'junk', ...PLAIN },
    body,
  }),
  zimbra: (subject, body, id) => ({
    headers: {
      ...common(HEADED, subject, id),
      ...IN_THREAD,
      'Auto-Submitted': 'auto-replied (zimbra; vacation)',
      Precedence: 'bulk',
      ...PLAIN,
    },
    body,
  }),
  cpanel: (subject, body, id) => ({
    headers: {
      ...common(HEADED, subject, id),
      'In-Reply-To': LETTER_MESSAGE_ID,
      'X-Autorespond': SUBJECT,
      'X-Loop': HEAD,
      Precedence: 'auto_reply',
      ...PLAIN,
    },
    body,
  }),
  domino: (subject, body, id) => ({
    headers: {
      ...common(HEADED, subject, id),
      ...IN_THREAD,
      'X-Mailer': 'HCL Notes Release 12',
      'Auto-Submitted': 'auto-generated',
      ...PLAIN,
    },
    body,
  }),
  helpdesk: (subject, body, id) => ({
    headers: {
      ...common('Hillside School Office <office@hillside.example>', subject, id),
      ...IN_THREAD,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Mailer': 'Helpdesk Mailer',
      ...PLAIN,
    },
    body,
  }),
  /** Marked by nothing but the empty return path that RFC 3834 asks for. */
  emptyPath: (subject, body, id) => ({
    headers: { 'Return-Path': '<>', ...common(HEADED, subject, id), 'In-Reply-To': LETTER_MESSAGE_ID, ...PLAIN },
    body,
  }),
  noReply: (subject, body, id) => ({
    headers: { ...common('Hillside School <no-reply@hillside.example>', subject, id), 'In-Reply-To': LETTER_MESSAGE_ID, ...PLAIN },
    body,
  }),
} satisfies Readonly<Record<string, Product>>;

type Row = readonly [product: keyof typeof PRODUCTS, subject: string, body: string, returnsOn?: string | null, names?: readonly string[]];

const ROWS: readonly Row[] = [
  // English: when they are back, in the ways people write it
  [
    'exchange',
    `Automatic reply: ${SUBJECT}`,
    'Thank you for your email. I am on leave and will return on Monday 15 October.\nFor anything urgent contact deputy@hillside.example.',
    '2040-10-15',
    ['deputy@hillside.example'],
  ],
  ['exchange', `Automatic reply: ${SUBJECT}`, 'I am out of the office until Friday 5 October 2040.', '2040-10-08', []],
  [
    'exchange',
    `Automatic reply: ${SUBJECT}`,
    'I am currently out of office, returning 09/10/2040. Please contact the school office on 01632 960123.',
    '2040-10-09',
    [],
  ],
  ['exchange', `Automatic reply: [EXTERNAL] ${SUBJECT}`, 'I am away from the office from 1 to 12 October.', '2040-10-15'],
  [
    'exchange',
    `Automatic reply: ${SUBJECT}`,
    'I will be back in school on Thursday 11th October. Please e-mail Sam Second (s.second@hillside.example) or office@hillside.example.',
    '2040-10-11',
    ['s.second@hillside.example', 'office@hillside.example'],
  ],
  ['exchangeHtml', `Automatic reply: ${SUBJECT}`, 'I do not work on Wednesdays. I will answer when I am back.', null],
  [
    'exchangeHtml',
    `Automatic reply: ${SUBJECT}`,
    'I am on maternity leave until September 2041. Please contact Dana Deputy at dana@hillside.example.',
    null,
    ['dana@hillside.example'],
  ],
  ['exchangeStripped', `Automatic reply: ${SUBJECT}`, 'Thank you for your email. I am out of school today.', null],
  ['exchangeStripped', `Out of Office: ${SUBJECT}`, 'I am out of the office, back on 8 October.', '2040-10-08'],
  [
    'exchangeStripped',
    `Automatic reply: [EXTERNAL] ${SUBJECT}`,
    'The school is closed for half term and reopens on Monday 29 October.',
    '2040-10-29',
  ],
  ['gmail', `Out of office Re: ${SUBJECT}`, 'Hi, I am on holiday and back at my desk on 22.10.2040. Best wishes, Harriet', '2040-10-22'],
  [
    'gmail',
    `Re: ${SUBJECT}`,
    'I am on annual leave until 19th October. If it cannot wait, write to business.manager@hillside.example',
    '2040-10-22',
    ['business.manager@hillside.example'],
  ],
  ['gmailOld', `Re: ${SUBJECT}`, 'I am at a conference this week and will have little access to e-mail.', null],
  ['gmail', `Re: ${SUBJECT}`, 'Yes, I have got your message and will answer soon. This is an automatic note.', null],
  ['sieve', `Auto: ${SUBJECT}`, 'I am absent. I return to work on the 3rd of December 2040.', '2040-12-03'],
  ['sieve', `Re: ${SUBJECT}`, 'I am away till Wednesday 10 October 2040.', '2040-10-11'],
  [
    'vacation',
    `away from my mail`,
    'I will not be reading my mail for a while. Your mail concerning "Please confirm" will be read when I return.',
    null,
  ],
  ['zimbra', `Out of Office: ${SUBJECT}`, 'I am on sick leave. Nobody reads this mailbox.', null],
  ['zimbra', `Re: ${SUBJECT}`, 'Out of office 4 October to 9 October.', '2040-10-10'],
  ['cpanel', `Autoreply: ${SUBJECT}`, 'Thank you for contacting Hillside School. We aim to answer within 3 working days.', null],
  [
    'domino',
    `Harriet Head is out of the office (returning 16/10/2040)`,
    'I am out of the office from 02/10/2040 until 15/10/2040.',
    '2040-10-16',
  ],
  ['helpdesk', `[#4471] ${SUBJECT}`, 'Your request has been received and given the number 4471. We will be in touch.', null],
  ['helpdesk', `Ticket created: ${SUBJECT}`, 'Thank you for your e-mail. Yes, we have received it.', null],
  ['emptyPath', `Re: ${SUBJECT}`, 'We have your message and will reply by return.', null],
  ['emptyPath', `Thank you for your e-mail`, 'The school office is open from 8:30 to 16:00 on school days.', null],
  ['noReply', `We have received your e-mail`, 'Do not answer this message. Yes means yes.', null],
  ['noReply', `Your enquiry to Hillside School`, 'This inbox is not monitored.', null],
  // Welsh
  [
    'exchange',
    `Ateb awtomatig: ${SUBJECT}`,
    'Rwyf allan o’r swyddfa hyd at 12 Hydref. Cysylltwch â swyddfa@hillside.example.',
    null,
    ['swyddfa@hillside.example'],
  ],
  ['exchangeStripped', `Ateb awtomatig: ${SUBJECT}`, 'Diolch am eich neges. Nid wyf yn y swyddfa heddiw.', null],
  // German
  ['exchange', `Automatische Antwort: ${SUBJECT}`, 'Vielen Dank für Ihre Nachricht. Ich bin bis zum 12. Oktober nicht im Büro.', null],
  ['exchangeStripped', `Automatische Antwort: ${SUBJECT}`, 'Ich bin im Urlaub. Ihre Nachricht wird nicht weitergeleitet.', null],
  ['exchange', `Abwesenheitsnotiz: ${SUBJECT}`, 'Ich bin derzeit nicht erreichbar.', null],
  ['sieve', `Abwesenheit: ${SUBJECT}`, 'Ich bin ab 15. Oktober wieder für Sie da.', null],
  // French
  ['exchange', `Réponse automatique : ${SUBJECT}`, 'Bonjour, je suis absente jusqu’au 12 octobre inclus.', null],
  [
    'exchangeStripped',
    `Réponse automatique : ${SUBJECT}`,
    'Je suis en congé. Merci de contacter l’accueil : accueil@hillside.example',
    null,
    ['accueil@hillside.example'],
  ],
  ['gmail', `Absence du bureau Re: ${SUBJECT}`, 'Je suis absente du bureau cette semaine.', null],
  ['zimbra', `Absent: ${SUBJECT}`, 'Je reviens lundi.', null],
  // Spanish, Catalan
  ['exchange', `Respuesta automática: ${SUBJECT}`, 'Estoy fuera de la oficina hasta el 15 de octubre.', null],
  ['exchangeStripped', `Respuesta automática: ${SUBJECT}`, 'Estaré fuera hasta el lunes.', null],
  ['exchange', `Resposta automàtica: ${SUBJECT}`, 'Soc fora de l’oficina.', null],
  // Italian
  ['exchange', `Risposta automatica: ${SUBJECT}`, 'Sono fuori sede fino al 12 ottobre.', null],
  ['exchangeStripped', `Risposta automatica: ${SUBJECT}`, 'Sono assente per ferie.', null],
  // Portuguese, Romanian
  ['exchange', `Resposta automática: ${SUBJECT}`, 'Estou fora do escritório.', null],
  ['exchangeStripped', `Răspuns automat: ${SUBJECT}`, 'Sunt în concediu până luni.', null],
  // Dutch
  ['exchange', `Automatisch antwoord: ${SUBJECT}`, 'Ik ben met verlof tot en met 12 oktober.', null],
  ['exchangeStripped', `Afwezig: ${SUBJECT}`, 'Ik ben afwezig.', null],
  // Nordic
  ['exchange', `Autosvar: ${SUBJECT}`, 'Jag är på semester.', null],
  ['exchangeStripped', `Automatiskt svar: ${SUBJECT}`, 'Jag är inte på kontoret.', null],
  ['exchange', `Automatisk svar: ${SUBJECT}`, 'Jeg er ikke til stede i dag.', null],
  ['exchangeStripped', `Automaattinen vastaus: ${SUBJECT}`, 'Olen lomalla.', null],
  // Polish, Czech, Slovak, Hungarian
  ['exchange', `Odpowiedź automatyczna: ${SUBJECT}`, 'Jestem na urlopie do 12 października.', null],
  ['exchangeStripped', `Odpowiedź automatyczna: ${SUBJECT}`, 'Jestem poza biurem.', null],
  ['exchange', `Automatická odpověď: ${SUBJECT}`, 'Jsem mimo kancelář.', null],
  ['exchangeStripped', `Automatikus válasz: ${SUBJECT}`, 'Szabadságon vagyok.', null],
  // Russian, Ukrainian, Greek, Turkish
  ['exchange', `Автоматический ответ: ${SUBJECT}`, 'Меня нет в офисе.', null],
  ['exchangeStripped', `Автоматична відповідь: ${SUBJECT}`, 'Я у відпустці.', null],
  ['exchangeStripped', `Αυτόματη απάντηση: ${SUBJECT}`, 'Είμαι σε άδεια.', null],
  ['exchangeStripped', `Otomatik yanıt: ${SUBJECT}`, 'Ofis dışındayım.', null],
  // Arabic, Hebrew, Urdu
  ['exchange', `رد تلقائي: ${SUBJECT}`, 'أنا خارج المكتب.', null],
  ['exchangeStripped', `תשובה אוטומטית: ${SUBJECT}`, 'אני בחופשה.', null],
  ['exchangeStripped', `خودکار جواب: ${SUBJECT}`, 'میں چھٹی پر ہوں۔', null],
  // Chinese, Japanese, Korean
  ['exchange', `自动答复: ${SUBJECT}`, '我正在休假。', null],
  ['exchangeStripped', `自動応答: ${SUBJECT}`, '休暇中です。', null],
  ['exchangeStripped', `자동 회신: ${SUBJECT}`, '휴가 중입니다.', null],
  // A body that reads like an answer
  ['exchange', `Automatic reply: ${SUBJECT}`, 'Yes, we take part.', null],
  ['exchangeStripped', `Automatic reply: ${SUBJECT}`, 'Yes. We confirm.\n\nHarriet Head', null],
];

const FROM_ROWS = ROWS.map(([product, subject, body, returnsOn, names], number): Sample => {
  const { headers, body: whole } = PRODUCTS[product](subject, body, `auto-${number}`);
  return {
    name: `${product}: ${subject} (${number})`,
    raw: email(headers, whole),
    kind: 'automatic',
    ...(returnsOn === undefined ? {} : { returnsOn }),
    ...(names === undefined ? {} : { names }),
  };
});

/** What programs send that is no reply in words. */
const OTHERS: readonly Sample[] = [
  {
    name: 'a receipt: the e-mail was opened (RFC 8098)',
    kind: 'automatic',
    raw: email(
      {
        ...common(HEADED, `Read: ${SUBJECT}`, 'mdn-1'),
        ...IN_THREAD,
        'Content-Type': 'multipart/report; report-type=disposition-notification; boundary="m"',
      },
      multipart('m', [
        { type: 'text/plain', body: 'Your message was read on Tuesday, 2 October 2040 10:15:00.' },
        {
          type: 'message/disposition-notification',
          body: `Final-Recipient: rfc822;${HEAD}\nOriginal-Message-ID: ${LETTER_MESSAGE_ID}\nDisposition: manual-action/MDN-sent-manually; displayed`,
        },
      ]),
    ),
  },
  {
    name: 'a receipt: the e-mail was deleted unread',
    kind: 'automatic',
    raw: email(
      {
        ...common(HEADED, `Not read: ${SUBJECT}`, 'mdn-2'),
        ...IN_THREAD,
        'Content-Type': 'multipart/report; report-type="disposition-notification"; boundary="m"',
      },
      multipart('m', [
        { type: 'text/plain', body: 'Your message was deleted without being read.' },
        { type: 'message/disposition-notification', body: 'Disposition: automatic-action/MDN-sent-automatically; deleted' },
      ]),
    ),
  },
  {
    name: 'a report that the e-mail was delivered',
    kind: 'automatic',
    raw: email(
      {
        ...common('postmaster@hillside.example', `Delivered: ${SUBJECT}`, 'dsn-ok'),
        ...IN_THREAD,
        'Content-Type': 'multipart/report; report-type=delivery-status; boundary="m"',
      },
      multipart('m', [
        { type: 'text/plain', body: 'Your message has been delivered to the following recipients.' },
        {
          type: 'message/delivery-status',
          body: `Reporting-MTA: dns;mx.hillside.example\n\nFinal-Recipient: rfc822;${HEAD}\nAction: delivered\nStatus: 2.0.0`,
        },
      ]),
    ),
  },
  {
    name: 'the due date taken into a calendar',
    kind: 'automatic',
    raw: email(
      { ...common(HEADED, `Accepted: ${SUBJECT}`, 'cal-1'), ...IN_THREAD, 'Content-Type': 'multipart/alternative; boundary="m"' },
      multipart('m', [
        { type: 'text/plain', body: '' },
        { type: 'text/calendar; charset=utf-8; method=REPLY', body: 'BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR' },
      ]),
    ),
  },
  {
    name: 'an automatic reply to the plus address, without a thread',
    kind: 'automatic',
    raw: email(
      {
        ...common(HEADED, 'Automatic reply', 'plus-auto'),
        To: `${CHASER.replace('@', '+0123456789abcdef0123456789abcdef@')}`,
        'Auto-Submitted': 'auto-replied',
        ...PLAIN,
      },
      'I am away.',
    ),
  },
];

/** What programs answer, in languages and by products: 70 e-mails. */
export const AUTOMATIC: readonly Sample[] = [...FROM_ROWS, ...OTHERS];
