/** What somebody wrote, and what they quoted with it. */
export type Folded = { readonly words: string; readonly quoted: string };

/** Longer lines begin no history: a client writes its line above what it quotes in less. */
const LONGEST_HEADING = 400;

/** "On 3 October 2040 at 09:12, Chaser <chaser@mail.example> wrote:" in the languages of common clients; it may stand on two lines. */
const WROTE =
  /(?:wrote|writes|schrieb|schreef|a écrit|écrit|escribió|ha scritto|escreveu|skrev|kirjoitti|napisał(?:\(a\))?|napsal(?:\(a\))?|пишет|написал(?:\(а\))?|написав|έγραψε|yazdı|ysgrifennodd|写道|のメッセージ|작성|escrigué|a scris|írta)(?:\s[^<>]{0,150}<[^<>]{0,200}>)?[^\p{L}]{0,3}[:：]?\s*$/iu;
/** Where such a line begins: a day, or a name with an address. */
const HAS_WHEN_OR_WHOM = /\d|<[^<>]*@[^<>]*>|@/u;

/** "-----Original Message-----", "Begin forwarded message:" and what else stands above a whole e-mail. */
const ORIGINAL =
  /^[-_\s]*(?:original message|forwarded message|begin forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|message d['’]origine|message transféré|oorspronkelijk bericht|doorgestuurd bericht|mensaje original|mensaje reenviado|messaggio originale|mensagem original|ursprungligt meddelande|oprindelig meddelelse|oprindelig besked|opprinnelig melding|wiadomość oryginalna|původní zpráva|eredeti üzenet|исходное сообщение|neges wreiddiol)\s*:?[-_\s]*$/iu;

/** The block of headers that Outlook sets above what it quotes: From, then Sent or Date, To and Subject, within a few lines. */
const FROM = /^\s*\*?(?:from|von|de|van|da|från|fra|od|от|від|oddi wrth|kimden|lähettäjä|feladó)\s?:\*?\s*\S/iu;
const SENT =
  /^\s*\*?(?:sent|date|gesendet|datum|envoyé|verzonden|inviato|data|enviado|enviada em|fecha|skickat|sendt|dato|wysłano|odesláno|отправлено|надіслано|anfonwyd|gönderildi|lähetetty|elküldve)\s?:/iu;
const ABOUT =
  /^\s*\*?(?:subject|to|betreff|an|objet|à|onderwerp|aan|oggetto|a|asunto|para|assunto|ämne|till|emne|til|temat|do|předmět|komu|тема|кому|pwnc|at|konu|kime|aihe|tárgy)\s?:/iu;
const WITHIN = 6;

/**
 * Parts a reply into what its writer wrote and what they quoted, and loses nothing of it. Answers between quoted lines stay words.
 * Each line is looked at once and each pattern is bound to one line, so that no text takes long.
 *
 * "Yes, we take part.\n\nOn 3 October Chaser wrote:\n> Please confirm" → words "Yes, we take part.", the rest is quoted.
 */
export function foldHistory(text: string): Folded {
  const lines = text.replaceAll(/\r\n?/gu, '\n').split('\n');
  const words: string[] = [];
  const quoted: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (beginsOriginal(lines, at)) {
      // What is forwarded without a word is itself what there is to read.
      if (words.every((each) => each.trim() === '')) return { words: trimmed(lines), quoted: trimmed(quoted) };
      const last = words.findLastIndex((each) => !/^[\s_-]*$/u.test(each));
      return { words: trimmed(words.slice(0, last + 1)), quoted: trimmed([...quoted, ...lines.slice(at)]) };
    }
    const heading = headingLines(lines, at);
    if (heading > 0) {
      const next = nextWithWords(lines, at + heading);
      if (isQuoted(lines[next] ?? '>')) {
        quoted.push(...lines.slice(at, at + heading));
        at += heading - 1;
        continue;
      }
      // A client that does not mark what it quotes: the rest is history.
      if (words.some((each) => each.trim() !== '')) return { words: trimmed(words), quoted: trimmed([...quoted, ...lines.slice(at)]) };
    }
    (isQuoted(line) ? quoted : words).push(line);
  }
  if (words.every((each) => each.trim() === '')) return { words: '', quoted: trimmed(quoted) };
  return { words: trimmed(words), quoted: trimmed(quoted) };
}

function isQuoted(line: string): boolean {
  return /^\s{0,3}[>|]/u.test(line);
}

/** How many lines the heading of a quotation takes that begins here: one, two or none. */
function headingLines(lines: readonly string[], at: number): number {
  const one = lines[at] ?? '';
  if (isQuoted(one) || one.trim() === '' || one.length > LONGEST_HEADING) return 0;
  if (WROTE.test(one) && HAS_WHEN_OR_WHOM.test(one)) return 1;
  const other = lines[at + 1] ?? '';
  const both = `${one.trim()} ${other.trim()}`;
  if (other.trim() === '' || both.length > LONGEST_HEADING || !HAS_WHEN_OR_WHOM.test(one)) return 0;
  return /^(?:on|am|le|el|il|op|em|den|pe|dnia|w dniu|dne|ar)\s/iu.test(one.trim()) && WROTE.test(both) ? 2 : 0;
}

function beginsOriginal(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  if (line.length > LONGEST_HEADING) return false;
  if (line.trim() !== '' && ORIGINAL.test(line)) return true;
  if (!FROM.test(line)) return false;
  const below = lines.slice(at + 1, at + 1 + WITHIN).map((each) => each.slice(0, LONGEST_HEADING));
  return below.some((each) => SENT.test(each)) && below.some((each) => ABOUT.test(each));
}

function nextWithWords(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && (lines[at] ?? '').trim() === '') at += 1;
  return at;
}

function trimmed(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}
