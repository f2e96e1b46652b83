import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MailServerDown } from '../activities/ports.ts';
import { outcomeOf } from './smtp-outcome.ts';

const PARTIES = { recipient: 'head@hillcrest.example', sender: 'chaser@chaser.example' };
const said = (command: string, response: string) =>
  Object.assign(new Error(response), { code: 'EENVELOPE', command, responseCode: Number(response.slice(0, 3)), response });
const lost = (error: object) => Object.assign(new Error('Connection lost'), { command: 'CONN', ...error });

function downBy(error: unknown): MailServerDown {
  try {
    outcomeOf(error, PARTIES);
  } catch (down) {
    if (down instanceof MailServerDown) return down;
    throw down;
  }
  throw new Error('the letter or its address was blamed');
}

describe('what an error of the mail server means', () => {
  it('blames the address when the server knows no such mailbox', () => {
    assert.deepEqual(outcomeOf(said('RCPT TO', '550 5.1.1 No such user'), PARTIES), {
      kind: 'refused',
      addressRefused: true,
      response: '550 5.1.1 No such user',
    });
  });

  it('blames nobody when the server refuses us, and says so of one recipient only', () => {
    for (const response of [
      '554 5.7.1 <head@hillcrest.example>: Relay access denied',
      '550 relaying denied',
      '554 5.7.1 Service unavailable; Client host [192.0.2.10] blocked using bl.list.example',
      '550 5.7.1 <chaser@chaser.example>: Sender address rejected: Domain not found',
    ]) {
      const { trouble, saidTo, perhapsSent } = downBy(said('RCPT TO', response));
      assert.deepEqual({ trouble, saidTo, perhapsSent }, { trouble: 'we-are-refused', saidTo: 'one', perhapsSent: false }, response);
    }
  });

  for (const command of ['RCPT TO', 'DATA']) {
    it(`is never the fault of a letter when the server lost the thread of the conversation at ${command} (503)`, () => {
      assert.equal(downBy(said(command, '503 5.5.1 Bad sequence of commands')).trouble, 'no-server');
    });
  }

  for (const [what, error] of [
    ['nobody listens', { code: 'ESOCKET', originalCode: 'ECONNREFUSED', syscall: 'connect' }],
    ['the name is not known', { code: 'EDNS' }],
    ['the connection is not made in time', { code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT' }],
    ['the login is refused', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535, response: '535 5.7.8 no' }],
    ['the greeting refuses everybody', { code: 'EPROTOCOL', responseCode: 554, message: 'Invalid greeting. response=554 no' }],
  ] as const) {
    it(`is the same for everybody, and nothing was sent, when ${what}`, () => {
      const { trouble, saidTo, perhapsSent } = downBy(lost(error));
      assert.deepEqual({ trouble, saidTo, perhapsSent }, { trouble: 'no-server', saidTo: 'anybody', perhapsSent: false });
    });
  }

  for (const [what, error] of [
    ['the connection is closed', { code: 'ECONNECTION' }],
    ['the connection breaks', { code: 'ESOCKET', syscall: 'read' }],
    ['the server falls silent', { code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' }],
  ] as const) {
    it(`leaves open whether the letter was sent when ${what} under way`, () => {
      const { trouble, saidTo, perhapsSent } = downBy(lost(error));
      assert.deepEqual({ trouble, saidTo, perhapsSent }, { trouble: 'no-server', saidTo: 'one', perhapsSent: true });
    });
  }
});
