import { oneLine } from './clean-text.ts';

/**
 * What a mail server's refusal says, and of whom:
 *
 * - `address-for-good`: nobody will ever read anything at this address.
 * - `address-later`: this address takes nothing now; try it again on its own.
 * - `letter-for-good`: this e-mail will not be taken. Another one to the same address may be.
 * - `we-are-refused`: the server refuses the sender, whoever is written to.
 * - `no-server`: the server cannot take any e-mail at the moment.
 */
export type Meaning = 'address-for-good' | 'address-later' | 'letter-for-good' | 'we-are-refused' | 'no-server';

export type Reply = {
  /** The command that was answered. "DATA" is also the answer after the final dot. */
  readonly stage: 'MAIL FROM' | 'RCPT TO' | 'DATA' | 'other';
  /** The first three digits, 400 to 599. */
  readonly code: number;
  /** The whole reply, of one line or several. */
  readonly text: string;
  /** Who was written to. A server may echo it, and then it is no part of what the server says. */
  readonly recipient: string;
  readonly sender: string;
};

/**
 * What a reply means, by the enhanced status code of RFC 3463 where its class is plain, then by phrases that mean one
 * thing only, then by the reply code and the stage. What remains unclear counts as "we are refused", because that marks
 * nothing for good: it is believed only when a second recipient hears the same.
 *
 * `550 5.1.1 <head@relay-lane.example>: User unknown` → `address-for-good`;
 * `554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked` → `we-are-refused`, at RCPT as well.
 */
export function meaningOf(reply: Reply): Meaning {
  const later = reply.code < 500;
  const { status, words } = partsOf(reply);
  // The server ends the conversation, has lost its thread, or wants a login or TLS first. It would say so to anybody.
  if (reply.code === 421) return OURS.test(words) ? 'we-are-refused' : 'no-server';
  if (reply.code === 503) return 'no-server';
  if ([530, 534, 535, 538].includes(reply.code)) return 'we-are-refused';
  const byStatus = status === null ? null : meaningOfStatus(status, words, later);
  if (byStatus !== null) return byStatus;
  return meaningOfWords(words, later) ?? meaningOfStage(reply, later);
}

type Status = { readonly subject: number; readonly detail: number };

/** Said of the sender, its host or its domain. */
const OURS = new RegExp(
  [
    String.raw`relay(?:ing)?(?: access)? (?:is )?(?:denied|not permitted|prohibited|not allowed)|(?:unable|not permitted|not allowed) to relay|open relay`,
    String.raw`(?:client|sender|your|connecting|remote) (?:host|ip|server|network)\b.{0,80}\b(?:block|reject|denied|refused|banned|not (?:allowed|authorized|authorised))`,
    String.raw`host network not allowed|blocked using|block ?list|black ?list|deny ?list|\b(?:dns)?rbl\b|dnsbl|spamhaus|spamcop|barracudacentral|sorbs\b`,
    String.raw`sender(?:'s)?(?: e-?mail)?(?: address)?(?: domain)? (?:was )?(?:rejected|refused|denied|blocked|not allowed|not accepted)|sender verify failed|(?:unverified|invalid|forged|blocked) senders?\b`,
    String.raw`domain of sender|sender domain|return[- ]path`,
    String.raw`\b(?:spf|openspf|dkim|dmarc|unauthenticated)\b|anti-?spoofing|not authenticated`,
    String.raw`(?:poor|bad|low) (?:\S+ )?reputation|reputation of|banned sending|\bip\b.{0,60}\b(?:not authorized|blocked|banned|listed|blacklisted)`,
    String.raw`(?:helo|ehlo) (?:command )?(?:rejected|refused)|reverse (?:dns|hostname)|\bptr\b|cannot find your (?:reverse )?hostname`,
    String.raw`authentication (?:is )?required|must (?:first )?(?:authenticate|issue a starttls)|starttls (?:is )?(?:required|first)|encryption (?:is )?required`,
    String.raw`rate limit|throttl|unusual(?:ly high)? rate|too (?:many|much) (?:connections|messages|mail|e-?mails|errors|recipients)|sending limit|quota of messages|unsolicited mail`,
    String.raw`access denied,? (?:traffic not accepted|banned)|spam(?:my)? (?:source|host|sender)`,
  ].join('|'),
  'u',
);

/** Said of the mailbox: there is none, or nobody uses it. */
const NO_MAILBOX = new RegExp(
  [
    String.raw`(?:user|recipient|mailbox|address|account|alias)(?: name)? (?:is )?(?:unknown|not found|invalid|disabled|inactive|suspended|closed|does not exist|doesn't exist|no longer (?:exists|active|valid|available|in use))`,
    String.raw`(?:unknown|no such|invalid|nonexistent|non-existent) (?:local )?(?:user|recipient|mailbox|address|account|person)|unrouteable address|no mailbox (?:here|by that name)`,
    String.raw`(?:mailbox|account|user|address)\b.{0,60}\b(?:does not exist|doesn't exist|not exist)|not a (?:known|valid) (?:user|mailbox|recipient|address)|doesn't have (?:a|an) \S+ account`,
    String.raw`recipnotfound|recipient not in|not listed in (?:domino )?directory|mailbox unavailable|no longer (?:works|employed)|has left the`,
  ].join('|'),
  'u',
);

/** Said of this recipient, though not that there is no such mailbox. */
const THIS_RECIPIENT = /recipient (?:address )?(?:was )?(?:rejected|refused|denied)|recipient verify failed/u;

/** The mailbox is there, and takes nothing more. */
const FULL = /mailbox (?:is )?full|over ?quota|quota exceeded|exceeded (?:its |the |their )?(?:storage|mailbox|quota)|out of storage/u;

/** Asked to come again, as a server asks of every sender it has not met. */
const GREYLISTED = /gr[ae]y-?list|try again (?:later|in)|internal resources are temporarily unavailable|first time sender/u;

/** Said of what stands in the e-mail, or of its size. */
const CONTENT =
  /\bvirus|malware|attachment|message (?:content|body|size|too (?:large|big))|(?:its|your) content|content (?:rejected|blocked|filter)|too large|size limit|maximum (?:message )?size|\burl\b|header|phish/u;

/** Codes of Exchange Online, 5.7.x with three digits, for mailboxes and groups that take e-mail from few people only. */
const RESTRICTED_MAILBOX: ReadonlySet<number> = new Set([121, 122, 123, 124, 125, 129, 131, 132, 133, 134, 135, 136, 137]);

/** By the enhanced code; null when its class says too little, and the words decide. */
function meaningOfStatus({ subject, detail }: Status, words: string, later: boolean): Meaning | null {
  switch (subject) {
    case 1:
      // The sender's own address.
      if (detail === 7 || detail === 8) return 'we-are-refused';
      if (detail === 0) return meaningOfWords(words, later) ?? (later ? 'address-later' : 'address-for-good');
      return later ? 'address-later' : 'address-for-good';
    case 2:
      if (later) return 'address-later';
      if (detail === 1 || detail === 4) return 'address-for-good';
      if (detail === 0 && NO_MAILBOX.test(words)) return 'address-for-good';
      return 'letter-for-good';
    case 3:
      if (detail === 4) return 'letter-for-good';
      if (detail === 0) return meaningOfWords(words, later) ?? (later ? 'no-server' : null);
      return 'no-server';
    case 4:
      if (OURS.test(words)) return 'we-are-refused';
      if (later) return 'address-later';
      // A domain without a mail server. Exchange Online says 5.4.1 of a recipient it does not know.
      if (detail === 4 || (detail === 1 && (NO_MAILBOX.test(words) || THIS_RECIPIENT.test(words)))) return 'address-for-good';
      return 'letter-for-good';
    case 5:
      return meaningOfWords(words, later) ?? (later ? 'no-server' : 'we-are-refused');
    case 6:
      return later ? 'address-later' : 'letter-for-good';
    case 7:
      return meaningOfPolicy(detail, words, later);
    default:
      return null;
  }
}

/** 4.7.x and 5.7.x: whom a policy is about, only words tell. */
function meaningOfPolicy(detail: number, words: string, later: boolean): Meaning {
  if (RESTRICTED_MAILBOX.has(detail)) return later ? 'address-later' : 'letter-for-good';
  if (OURS.test(words)) return 'we-are-refused';
  if (later) return GREYLISTED.test(words) || THIS_RECIPIENT.test(words) || detail <= 1 ? 'address-later' : 'we-are-refused';
  if (NO_MAILBOX.test(words)) return 'address-for-good';
  // It refuses this recipient to us, by a rule of theirs: the address may be right.
  if (THIS_RECIPIENT.test(words) || /not ?authori[sz]ed to send to|resolver\.rst/u.test(words)) return 'letter-for-good';
  return CONTENT.test(words) ? 'letter-for-good' : 'we-are-refused';
}

function meaningOfWords(words: string, later: boolean): Meaning | null {
  if (OURS.test(words)) return 'we-are-refused';
  if (FULL.test(words)) return later ? 'address-later' : 'letter-for-good';
  if (NO_MAILBOX.test(words)) return later ? 'address-later' : 'address-for-good';
  if (THIS_RECIPIENT.test(words)) return later ? 'address-later' : 'letter-for-good';
  if (later) return GREYLISTED.test(words) ? 'address-later' : null;
  return CONTENT.test(words) ? 'letter-for-good' : null;
}

/** By code and stage alone (RFC 5321, 4.2.3). */
function meaningOfStage({ stage, code }: Reply, later: boolean): Meaning {
  // Too large, or the recipient's storage is full.
  if (code === 552) return 'letter-for-good';
  if (stage === 'MAIL FROM' || stage === 'other') return later ? 'no-server' : 'we-are-refused';
  if (later) return code === 452 || code === 454 || code === 455 ? 'no-server' : 'address-later';
  if (stage === 'RCPT TO') {
    if (code === 551 || code === 553) return 'address-for-good';
    return code === 550 ? 'letter-for-good' : 'we-are-refused';
  }
  return code === 550 || code === 554 ? 'letter-for-good' : 'we-are-refused';
}

const ENHANCED = /^[245]\.(\d{1,3})\.(\d{1,3})\b/u;
/** What stands at the beginning of each line: the reply code, and the enhanced code where there is one. */
const LINE_START = /^\d{3}(?:[ -]|$)(?:[245]\.\d{1,3}\.\d{1,3}[ -]?)?/u;

/** The enhanced code of the first line that has one, and the words in lower case, without codes and without any address. */
function partsOf({ text, recipient, sender }: Reply): { readonly status: Status | null; readonly words: string } {
  const lines = text.split(/\r?\n/u).map((line) => line.trim());
  // Exchange and Mimecast write "550 #5.1.1" or put the code into brackets or at the end.
  const found = lines
    .map((line) => ENHANCED.exec(line.replace(/^\d{3}[ -]?#?\(?/u, '')) ?? /[#([]([245])\.(\d{1,3})\.(\d{1,3})[)\]:\s]/u.exec(line))
    .find((match) => match !== null);
  const numbers = found?.slice(-2).map(Number);
  const said = oneLine(lines.map((line) => line.replace(LINE_START, '')).join(' ')).toLowerCase();
  return {
    status: numbers === undefined ? null : { subject: numbers[0] ?? 0, detail: numbers[1] ?? 0 },
    words: withoutAddresses(said, [recipient, sender]),
  };
}

/** An address can hold any word, and so can its domain: "head@relay-lane.example" refuses nothing. */
function withoutAddresses(said: string, known: readonly string[]): string {
  let words = said;
  for (const address of known.map((one) => one.toLowerCase())) {
    const domain = address.slice(address.lastIndexOf('@') + 1);
    for (const part of [address, domain]) if (part.length > 1) words = words.replaceAll(part, ' ');
  }
  return words
    .replaceAll(/<[^<>]*>/gu, ' ')
    .replaceAll(/[^\s<>()[\]"',;:]+@[^\s<>()[\]"',;:]*/gu, ' ')
    .replaceAll(/https?:\/\/\S+/gu, (link) => (/openspf/u.test(link) ? ' openspf ' : ' '))
    .replaceAll(/\s+/gu, ' ');
}
