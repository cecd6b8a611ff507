import { expect, test } from '@jest/globals';
import { makeSalt, saltOf, sha512Crypt } from './sha512-crypt.ts';

test.each([
  // Hashes by crypt(3) of glibc 2.36.
  [
    'Hello world!',
    'saltstring',
    'svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'pässwörd '.repeat(20),
    'abcdefghijklmnop',
    'hd3rFhhStSxm46MJ/hKm8moEDs7LER/XQVe8Wi5aHH2LIqZ1tfMXWAqPi5EPyC6Eh9nNBtHXdreJRijUden4h1',
  ],
  [
    'x',
    'a',
    'AvQLBHPFSbE4d9QOBrglBdXuv.jRoEFLHgWJlsZ6XhNHrxkMbotj9kAr0GGhdZ5XM6DM29/LJ9jZin3Aj8Tph0',
  ],
])('the hash of %j is the one that guests compute', (password, salt, hash) => {
  expect(sha512Crypt(password, salt)).toBe(`$6$${salt}$${hash}`);
});

test('a salt is new each time, and can be read from its hash', () => {
  const salt = makeSalt();
  expect(salt).toMatch(/^[./0-9A-Za-z]{16}$/);
  expect(makeSalt()).not.toBe(salt);
  expect(saltOf(sha512Crypt('x', salt))).toBe(salt);
  expect(saltOf('$5$salt$hash')).toBeUndefined();
});
