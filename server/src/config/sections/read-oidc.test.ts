import { expect, test } from '@jest/globals';
import { readOidc } from './read-oidc.ts';

const WRITTEN = { 'oidc-role-claim': 'groups' };
const WHOLE = { ...WRITTEN, 'oidc-issuer': 'https://id.example', 'oidc-audience': 'novacron' };

test('there is no issuer unless one is set', () => {
  expect(readOidc(WRITTEN)).toEqual({ ok: true, value: undefined });
});

test('roles are called as they are unless the values of the claim are listed', () => {
  const roles = { admin: 'admin', operator: 'operator', viewer: 'viewer' };
  expect(readOidc(WHOLE)).toMatchObject({ ok: true, value: { roleClaim: 'groups', roles } });
  const listed = 'cn=ops=operator, everyone=viewer';
  expect(readOidc({ ...WHOLE, 'oidc-roles': listed })).toMatchObject({
    value: { roles: { 'cn=ops': 'operator', everyone: 'viewer' } },
  });
});

test.each([
  [{ ...WRITTEN, 'oidc-audience': 'x' }, 'oidc-audience', 'requires oidc-issuer'],
  [{ ...WHOLE, 'oidc-audience': undefined }, 'oidc-issuer', 'requires oidc-audience'],
  [
    { ...WHOLE, 'oidc-issuer': 'http://id.example' },
    'oidc-issuer',
    'must be an https URL; http is for this machine only',
  ],
  [
    { ...WHOLE, 'oidc-roles': 'ops=the king' },
    'oidc-roles',
    'must be VALUE=ROLE, separated by commas; ' +
      'roles are admin, operator, viewer and those of the tenant',
  ],
  [{ ...WHOLE, 'oidc-roles': '=admin' }, 'oidc-roles', expect.stringContaining('VALUE=ROLE')],
])('what does not fit together is refused: %j', (written, name, message) => {
  expect(readOidc(written)).toEqual({ ok: false, error: { name, message } });
});
