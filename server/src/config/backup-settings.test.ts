import { expect, test } from '@jest/globals';
import { readBackupLocation } from './backup-settings.ts';

test.each([
  ['/srv/backups', { kind: 'directory', path: '/srv/backups' }],
  [
    's3://backups/site-1/a?endpoint=https://s3.example.com&region=eu-1',
    {
      kind: 's3',
      endpoint: 'https://s3.example.com',
      region: 'eu-1',
      bucket: 'backups',
      prefix: 'site-1/a/',
    },
  ],
  [
    's3://backups?region=eu-west-1',
    {
      kind: 's3',
      endpoint: 'https://s3.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
      bucket: 'backups',
      prefix: '',
    },
  ],
  [
    'sftp://novacron@vault.example.com/srv/backups/',
    {
      kind: 'sftp',
      user: 'novacron',
      host: 'vault.example.com',
      port: 22,
      path: '/srv/backups',
    },
  ],
])('%s is a backup target', (written, location) => {
  expect(readBackupLocation(written)).toEqual(location);
});

test.each([
  'backups',
  's3://backups?endpoint=http://s3.example.com',
  's3://KEY:SECRET@backups/site-1',
  's3://backups/site-1?secret=x',
  'sftp://vault.example.com/srv/backups',
  'sftp://novacron:secret@vault.example.com/srv/backups',
  'sftp://novacron@vault.example.com/srv/a b',
  'sftp://-v@vault.example.com/srv',
  'https://vault.example.com/backups',
])('%s is none', (written) => {
  expect(readBackupLocation(written)).toBeUndefined();
});
