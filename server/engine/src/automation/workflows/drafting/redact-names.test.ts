/** Names that leave as placeholders, and come back. */
import { describe, expect, test } from '@jest/globals';
import { type KnownName, redactNames, restoreNames } from './redact-names.ts';

const NAMES: readonly KnownName[] = [
  { kind: 'VM', name: 'web' },
  { kind: 'VM', name: 'web-1' },
  { kind: 'NODE', name: 'node-03' },
  { kind: 'PERSON', name: 'Ann Smith' },
  { kind: 'TENANT', name: 'a.b (c)' },
];

const redact = (text: string) => redactNames(text, NAMES).data;

describe('redacting', () => {
  test.each([
    ['web-1 on node-03, asked by ann smith', '__VM_1__ on __NODE_1__, asked by __PERSON_1__'],
    ['web and web-1 and WEB', '__VM_1__ and __VM_2__ and __VM_1__'],
    ['webs, my-web and web_1 are no names', 'webs, my-web and web_1 are no names'],
    ['of a.b (c) alone', 'of __TENANT_1__ alone'],
    ['10.1.2.3 and 10.1.0.0/16', '__ADDRESS_1__ and __ADDRESS_2__'],
    ['fe80::1 or 52:54:00:12:34:56', '__ADDRESS_1__ or __ADDRESS_2__'],
    ['mail bob@example.com', 'mail __EMAIL_1__'],
    ['see https://wiki.example.com/x?y=1 now', 'see __URL_1__ now'],
    ['db.internal.example is down', '__HOST_1__ is down'],
    ['vm_01jd3v6t7re3h8z9k2m4n5p6q7 hangs', '__ID_1__ hangs'],
    ['task: vm.reboot, then role.delete', 'task: vm.reboot, then role.delete'],
    ['took 3.5 s, 1.0 times', 'took 3.5 s, 1.0 times'],
  ])('of %s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test('reaches every text of the data, and no key', () => {
    const data = { web: ['web', { web: 'web-1', count: 3, none: null }] };
    expect(redactNames(data, NAMES).data).toEqual({
      web: ['__VM_1__', { web: '__VM_2__', count: 3, none: null }],
    });
  });

  test('takes placeholders out that are in the data already', () => {
    const { data, originals } = redactNames('__VM_1__ web', NAMES);
    expect([data, originals.size]).toEqual([' __VM_1__', 1]);
  });

  test('is undone by restoring, where nothing was changed in between', () => {
    const data = { said: 'Ann Smith stops web-1 (10.0.0.7) on node-03', more: ['web'] };
    const redacted = redactNames(data, NAMES);
    expect(JSON.stringify(redacted.data)).not.toMatch(/ann|web|node-03|10[.]/i);
    expect(restoreNames(redacted.data, redacted.originals)).toEqual(data);
  });
});

test('restoring leaves unknown placeholders, and restores keys', () => {
  const originals = new Map([['__VM_1__', 'web']]);
  expect(restoreNames({ __VM_1__: '__VM_2__ __VM_1__' }, originals)).toEqual({
    web: '__VM_2__ web',
  });
});
