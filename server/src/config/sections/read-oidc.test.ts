import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readSecretFile } from '../read-secret.ts';
import { readOidc } from './read-oidc.ts';

const WRITTEN = { 'oidc-role-claim': 'groups', 'oidc-scopes': 'openid' };
const WHOLE = { ...WRITTEN, 'oidc-issuer': 'https://id.example', 'oidc-audience': 'novacron' };

const read = (written: Parameters<typeof readOidc>[0]) => readOidc(written, readSecretFile);

test('there is no issuer unless one is set', () => {
  expect(read(WRITTEN)).toEqual({ ok: true, value: undefined });
});

test('roles are called as they are unless the values of the claim are listed', () => {
  const roles = { admin: 'admin', operator: 'operator', viewer: 'viewer' };
  expect(read(WHOLE)).toMatchObject({ ok: true, value: { roleClaim: 'groups', roles } });
  const listed = 'cn=ops=operator, everyone=viewer';
  expect(read({ ...WHOLE, 'oidc-roles': listed })).toMatchObject({
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
  [{ ...WRITTEN, 'oidc-client-id': 'web' }, 'oidc-client-id', 'requires oidc-issuer'],
  [{ ...WHOLE, 'oidc-name': 'SSO' }, 'oidc-name', 'requires oidc-client-id'],
  [
    { ...WHOLE, 'oidc-client-id': 'web', 'oidc-scopes': 'groups' },
    'oidc-scopes',
    'must contain openid',
  ],
  [
    { ...WHOLE, 'oidc-client-id': 'web', 'oidc-client-secret-file': '/nowhere/secret' },
    'oidc-client-secret-file',
    expect.stringContaining('cannot be read'),
  ],
  [
    { ...WHOLE, 'oidc-mapping': '/nowhere/groups', 'oidc-roles': 'a=viewer' },
    'oidc-roles',
    'and oidc-mapping both map claims; give one of them',
  ],
])('what does not fit together is refused: %j', (written, name, message) => {
  expect(read(written)).toEqual({ ok: false, error: { name, message } });
});

test('a sign-in needs a client, whose id is the audience unless another one is set', () => {
  const client = { ...WHOLE, 'oidc-audience': undefined, 'oidc-client-id': 'novacron-web' };
  expect(read(client)).toMatchObject({
    value: {
      audience: 'novacron-web',
      client: { id: 'novacron-web', secret: undefined, scopes: 'openid', name: 'id.example' },
    },
  });
  expect(read({ ...client, 'oidc-audience': 'api' })).toMatchObject({
    value: { audience: 'api' },
  });
});

describe('a mapping of groups', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'novacron-mapping-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function written(text: string) {
    const path = join(folder, 'groups.yaml');
    writeFileSync(path, text);
    return read({ ...WHOLE, 'oidc-mapping': path });
  }

  test('has rules in their order, and those who are shut out', () => {
    const text = 'groups:\n- {group: ops, role: admin}\n- {group: r, role: viewer, tenant: t}\n';
    expect(written(`${text}disabled: [alice, 4711, 00123, 0x1F, 1e3, ~]\n`)).toMatchObject({
      value: {
        mapping: {
          first: {
            groups: [
              { group: 'ops', role: 'admin' },
              { group: 'r', role: 'viewer', tenant: 't' },
            ],
            // What YAML would read as other numbers, or as nothing, is the text that stands there.
            disabled: ['alice', '4711', '00123', '0x1F', '1e3', '~'],
          },
        },
      },
    });
  });

  test.each([
    ['groups: []', 'cannot be used: groups must have at least 1 entry'],
    ['groups: [{group: a, rolle: admin}]', 'groups.0.role is missing'],
    ['groups: [', 'is neither YAML nor JSON'],
  ])('that is wrong is refused with the place: %s', (text, message) => {
    const refused = { name: 'oidc-mapping', message: expect.stringContaining(message) };
    expect(written(text)).toEqual({ ok: false, error: refused });
  });
});
