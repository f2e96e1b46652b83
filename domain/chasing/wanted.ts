import type { RungKind } from '../programme.ts';
import type { StepState } from '../chronology/state.ts';

/** What a letter is: the rung that brought it, or word of an escalation or a change to somebody who need do nothing. */
export type LetterKind = RungKind | 'escalation-notice' | 'news';

/** How things stand just before a letter would leave. */
export type Standing = {
  readonly kind: LetterKind;
  readonly stepState: StepState['kind'];
  readonly deployment: 'running' | 'completed' | 'declined' | 'withdrawn';
  /** Chaser answered the step itself, because its notices had been given. */
  readonly answeredByChaser: boolean;
  readonly stillHoldsRole: boolean;
  /** It was handed to a mail server, and whether the server took it is not known. */
  readonly perhapsSent: boolean;
  /** A later request, reminder or overdue notice about the same step and round goes to the same person, or has gone. */
  readonly replaced: boolean;
  /** Since it was written, somebody who is asked has said that they will answer by a day that is not over. */
  readonly promised: boolean;
  /** Its recipient has stopped e-mails of this kind, and the day until which they did is not over. */
  readonly quiet: boolean;
  /** The recipient's entry in the register; null when nobody has this contact id. */
  readonly recipient: { readonly addressRefused: boolean } | null;
};

/** Why a letter to a refused address was not sent. The ledger keeps it, and by it such letters are found again. */
export const ADDRESS_REFUSED = 'The mail system has refused this address for good. Its details need fixing.';

/** Why a letter was not sent to somebody who wants no e-mails of its kind. */
const STOPPED_BY_THEM = 'They have stopped e-mails for information and reminders of optional steps.';

/**
 * Why a letter is no longer wanted, in words for the ledger; null when it is wanted. Ask this immediately before
 * sending, because an answer may have come while the letter waited.
 */
export function whyNotWanted(standing: Standing): string | null {
  if (standing.recipient === null) return 'Chaser knows nobody with this contact id.';
  if (standing.recipient.addressRefused) return ADDRESS_REFUSED;
  if (standing.quiet) return STOPPED_BY_THEM;
  // News tells what has happened, also to people whose part ended with it.
  if (standing.kind === 'news') return null;
  if (!standing.stillHoldsRole) return 'The recipient no longer holds the role.';
  // The step that tells of a decline may itself end the deployment: what it tells goes out all the same.
  const tellsOfTheEnd = standing.kind === 'notice' && standing.answeredByChaser;
  if ((standing.deployment === 'declined' || standing.deployment === 'withdrawn') && !tellsOfTheEnd)
    return `The deployment was ${standing.deployment}.`;
  // A notice tells what has been done, which is still true after its step has closed.
  if (standing.kind !== 'notice' && standing.stepState !== 'open') {
    return `The step was ${standing.stepState}${standing.perhapsSent ? '' : ' before the letter left'}.`;
  }
  if (standing.promised && travelsTogether(standing.kind)) {
    return 'They have said that they will answer by a day that is not over yet.';
  }
  if (standing.replaced) return 'A later letter about this step goes in its place.';
  return null;
}

/** The kinds of letter that may share an e-mail with others to the same person, and may wait a minute for them. */
export function travelsTogether(kind: LetterKind): boolean {
  return kind === 'reminder' || kind === 'overdue';
}

/** The kinds of letter of which only the newest about a step goes to each person (docs/decisions/0010). */
export const ONE_LADDER: readonly LetterKind[] = ['request', 'reminder', 'overdue'];
