import { keepOnce } from '../postgres/desk/kept-answers.ts';
import type { AnswerGiven } from '../postgres/desk/kept-answers.ts';
import { deliverAtOnce } from './deliver-answers.ts';
import type { Delivery, Desk } from './deliver-answers.ts';

/**
 * Takes an answer: keeps it first, so that nothing is lost whatever is down, and then asks the engine whether it counts.
 * `waiting` means that it is kept and that the person hears by e-mail. Given again, the same answer counts once. Its fields
 * are as the programme has them: dates as YYYY-MM-DD, people as contact ids.
 */
export async function keepAnswer(desk: Desk, given: AnswerGiven): Promise<Delivery> {
  return deliverAtOnce(desk, await keepOnce(desk.db, given));
}
