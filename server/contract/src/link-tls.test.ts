import { expect, test } from '@jest/globals';
import { isLoopbackHost } from './link-tls.ts';

test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.255.0.9', '::1', '[::1]'])(
  '%s never leaves this machine',
  (host) => expect(isLoopbackHost(host)).toBe(true),
);

test.each([
  '',
  '0.0.0.0',
  '10.0.0.1',
  '128.0.0.1',
  '127.0.0.1.example.com',
  'localhost.example.com',
  '[::]',
  '::2',
  '::ffff:10.0.0.1',
  '127.0.0',
  'db',
  'x127.0.0.1',
])('%p may', (host) => expect(isLoopbackHost(host)).toBe(false));
