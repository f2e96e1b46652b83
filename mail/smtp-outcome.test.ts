import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MailServerDown } from '../activities/ports.ts';
import { outcomeOf } from './smtp-outcome.ts';

const said = (command: string, responseCode: number, response: string) =>
  Object.assign(new Error(response), { code: 'EENVELOPE', command, responseCode, response });

describe('what an error of the mail server means', () => {
  it('blames the address when the server knows no such mailbox', () => {
    assert.deepEqual(outcomeOf(said('RCPT TO', 550, '550 5.1.1 No such user')), {
      kind: 'refused',
      addressRefused: true,
      response: '550 5.1.1 No such user',
    });
  });

  it('blames the set-up when the server will not relay, and gives up no address for it', () => {
    assert.throws(() => outcomeOf(said('RCPT TO', 554, '554 5.7.1 <head@hillcrest.example>: Relay access denied')), MailServerDown);
    assert.throws(() => outcomeOf(said('RCPT TO', 550, '550 relaying denied')), MailServerDown);
  });

  for (const command of ['RCPT TO', 'DATA']) {
    it(`is never the fault of a letter when the server lost the thread of the conversation at ${command} (503)`, () => {
      let outcome: unknown;
      try {
        outcome = outcomeOf(said(command, 503, '503 5.5.1 Bad sequence of commands')).kind;
      } catch (error) {
        outcome = error instanceof MailServerDown ? 'down' : error;
      }
      assert.ok(outcome === 'down' || outcome === 'deferred', `the letter was given up: ${String(outcome)}`);
    });
  }
});
