import assert from 'node:assert/strict';
import { it } from 'vitest';
import { placeOf } from './place-of.ts';

it('takes all addresses that one asker of IPv6 can choose for one place, and IPv4 in IPv6 for itself', () => {
  assert.equal(placeOf({ ip: '2001:db8:1:2::1' }), placeOf({ ip: '2001:DB8:1:2:ffff:1:2:3' }));
  assert.notEqual(placeOf({ ip: '2001:db8:1:2::1' }), placeOf({ ip: '2001:db8:1:3::1' }));
  assert.equal(placeOf({ ip: '::ffff:192.0.2.7' }), '192.0.2.7');
});
