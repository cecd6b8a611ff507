import { describe, expect, test } from '@jest/globals';
import { createPendingClients } from './pending-clients.ts';

/** Makes a pool. `gone` has the names of the clients that it closed, in order. */
function makePool(total: number, perAddress: number) {
  const pool = createPendingClients({ total, perAddress });
  const gone: string[] = [];
  const add = (address: string, name: string) => pool.add(address, () => gone.push(name));
  return { add, gone };
}

describe('clients that have not authenticated', () => {
  test('give way to the next of their address, the oldest first', () => {
    const { add, gone } = makePool(100, 2);
    for (const name of ['a', 'b', 'c', 'd']) add('192.0.2.1', name);
    add('192.0.2.2', 'other');
    expect(gone).toEqual(['a', 'b']);
  });

  test('give way to other addresses where theirs has the most', () => {
    const { add, gone } = makePool(4, 3);
    add('192.0.2.9', 'patient');
    for (const name of ['a', 'b', 'c']) add('192.0.2.1', name);
    add('192.0.2.2', 'other');
    expect(gone).toEqual(['a']);
  });

  test('of one network of IPv6 count together', () => {
    const { add, gone } = makePool(100, 1);
    add('2001:db8::1', 'a');
    add('2001:db8::2', 'b');
    expect(gone).toEqual(['a']);
  });

  test('make room when they leave, and only once', () => {
    const { add, gone } = makePool(2, 2);
    const leave = add('192.0.2.1', 'a');
    leave();
    leave();
    for (const name of ['b', 'c']) add('192.0.2.1', name);
    expect(gone).toEqual([]);
    add('192.0.2.1', 'd');
    expect(gone).toEqual(['b']);
  });
});
