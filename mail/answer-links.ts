import { createHash, createHmac } from 'node:crypto';
import type { LinkPort } from '../activities/ports.ts';

export type AnswerLinks = LinkPort & {
  /** The token with which a system leader confirms their profile for a term. Whoever gets another address has another one. */
  profileTokenFor(asked: { readonly leader: string; readonly term: string; readonly email: string }): string;
  profileUrlFor(token: string): string;
  /** The token with which somebody answers in a wave of a survey. Whoever gets another address has another one. */
  surveyTokenFor(asked: { readonly wave: number; readonly person: string; readonly email: string }): string;
  surveyUrlFor(token: string): string;
};

/** Links of 256 bits, an HMAC of what they are bound to, below the service's public address. */
export function createAnswerLinks(options: { readonly secret: string; readonly publicUrl: string }): AnswerLinks {
  return {
    tokenFor: ({ reference, step, round, person }, generation) =>
      createHmac('sha256', options.secret)
        .update(JSON.stringify(['answer', reference, step, round, person, generation]))
        .digest('base64url'),
    quieterTokenFor: ({ reference, person, email }) =>
      createHmac('sha256', options.secret)
        .update(JSON.stringify(['quieter', reference, person, email]))
        .digest('base64url'),
    quieterUrlFor: (token) => `${options.publicUrl}/quieter/${token}`,
    profileTokenFor: ({ leader, term, email }) =>
      createHmac('sha256', options.secret)
        .update(JSON.stringify(['profile', leader, term, email]))
        .digest('base64url'),
    profileUrlFor: (token) => `${options.publicUrl}/profile/${token}`,
    surveyTokenFor: ({ wave, person, email }) =>
      createHmac('sha256', options.secret)
        .update(JSON.stringify(['survey', wave, person, email]))
        .digest('base64url'),
    surveyUrlFor: (token) => `${options.publicUrl}/survey/${token}`,
    hashOf: hashOfToken,
    urlFor: (token) => `${options.publicUrl}/a/${token}`,
    // The addresses are those of web/shared/urls.ts; a test of the web service holds the two together.
    pagesFor: ({ reference, step }) => ({
      answer: `${options.publicUrl}/deployments/${encodeURIComponent(reference)}/answer/${encodeURIComponent(step)}`,
      deployment: `${options.publicUrl}/deployments/${encodeURIComponent(reference)}`,
      today: `${options.publicUrl}/`,
    }),
  };
}

/** What is kept of a token. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
