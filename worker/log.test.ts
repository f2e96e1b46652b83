import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { createLog, sdkLogger } from './log.ts';
import type { Log } from './log.ts';

function logged(write: (log: Log) => void): Readonly<Record<string, unknown>> {
  const lines: string[] = [];
  write(createLog('trace', { write: (line) => void lines.push(line) }));
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? '') as Readonly<Record<string, unknown>>;
}

describe('the log', () => {
  it('writes ids, references and counts', () => {
    const line = logged((log) => log.info({ reference: 'D00001', step: 'contact-school', round: 2, count: 3 }, 'Stored.'));
    assert.deepEqual(
      [line['level'], line['msg'], line['reference'], line['step'], line['round'], line['count']],
      ['info', 'Stored.', 'D00001', 'contact-school', 2, 3],
    );
    assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('withholds every field that is not known to be harmless, and names it', () => {
    const line = logged((log) => log.info({ reference: 'D00001', name: 'A Person', telephone: '01632 960000' }, 'Called.'));
    assert.ok(!JSON.stringify(line).includes('A Person'));
    assert.ok(!JSON.stringify(line).includes('960000'));
    assert.deepEqual(line['withheld'], ['name', 'telephone']);
  });

  it('withholds nested values, whatever their name', () => {
    const line = logged((log) => log.info({ reason: { name: 'A Person' }, kind: ['A Person'] }, 'Refused.'));
    assert.ok(!JSON.stringify(line).includes('A Person'));
  });

  it('masks addresses in messages, in stacks and in causes', () => {
    const cause = Object.assign(new Error('550 no such user head@school.example'), { rejected: ['head@school.example'] });
    const error = Object.assign(new Error('cannot write to head@school.example', { cause }), { code: 'EENVELOPE' });
    const line = logged((log) => log.error({ err: error }, 'Not sent to head@school.example.'));
    assert.ok(!JSON.stringify(line).includes('head@'));
    const told = line['err'] as Record<string, unknown>;
    assert.deepEqual([told['type'], told['code'], told['message']], ['Error', 'EENVELOPE', 'cannot write to [address]']);
    assert.match(String(told['stack']), /log\.test\.ts/);
    assert.equal((told['cause'] as Record<string, unknown>)['message'], '550 no such user [address]');
  });

  it('leaves the paths of scoped packages readable', () => {
    const line = logged((log) => log.info({ reason: 'node_modules/@temporalio/worker/lib/worker.js' }, 'Loaded.'));
    assert.equal(line['reason'], 'node_modules/@temporalio/worker/lib/worker.js');
  });

  it('takes over log lines of the Temporal SDK with their level and ids', () => {
    const meta = { sdkComponent: 'worker', workflowId: 'deployment/D00001', attempt: 2, args: ['A Person'], [Symbol('time')]: 1n };
    const line = logged((log) => void sdkLogger(log).log('WARN', 'Activity failed', meta));
    assert.deepEqual([line['level'], line['workflowId'], line['attempt']], ['warn', 'deployment/D00001', 2]);
    assert.ok(!JSON.stringify(line).includes('A Person'));
    assert.equal(logged((log) => void sdkLogger(log).error('Worker failed'))['level'], 'error');
  });
});
