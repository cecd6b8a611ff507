/** The settings of backups: where they go, how often, and how long they are kept. */
import { isSafeUrl } from './read-yaml-file.ts';
import { setting, settingSchema } from './setting.ts';
import { IntervalSchema, RetentionSchema, textSchema } from './value-schemas.ts';

/** A backup target as its address names it, without credentials. */
export type BackupLocation =
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      readonly prefix: string;
    }
  | {
      readonly kind: 'sftp';
      readonly user: string;
      readonly host: string;
      readonly port: number;
      readonly path: string;
    };

const SSH_PORT = 22;

/** What needs no quotes where a shell or `sftp` reads it. */
const PLAIN_PATH = /^(?:\/[\w.-]+)+$/;

/** Reads the address of a backup target; undefined if it is none. */
export function readBackupLocation(text: string): BackupLocation | undefined {
  if (text.startsWith('/')) return { kind: 'directory', path: text };
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.password !== '') return undefined;
  if (url.protocol === 's3:') return readBucket(url);
  if (url.protocol !== 'sftp:') return undefined;
  const { username: user, hostname: host, port } = url;
  const path = url.pathname.replace(/\/+$/, '');
  const isPlain = /^\w[\w.-]*$/.test(user) && PLAIN_PATH.test(path) && host !== '';
  if (!isPlain || url.search !== '') return undefined;
  return { kind: 'sftp', user, host, port: port === '' ? SSH_PORT : Number(port), path };
}

function readBucket({ hostname: bucket, pathname, searchParams, username }: URL) {
  const region = searchParams.get('region') ?? 'us-east-1';
  const endpoint = searchParams.get('endpoint') ?? `https://s3.${region}.amazonaws.com`;
  const others = [...searchParams.keys()].filter((name) => !['region', 'endpoint'].includes(name));
  const prefix = pathname.split('/').filter((part) => part !== '');
  const isPlain = prefix.every((part) => /^[\w.-]+$/.test(part)) && /^[a-z0-9.-]+$/.test(bucket);
  if (!isPlain || others.length > 0 || username !== '' || !isSafeUrl(endpoint)) return undefined;
  return {
    kind: 's3',
    endpoint: new URL(endpoint).origin,
    region,
    bucket,
    prefix: prefix.map((part) => `${part}/`).join(''),
  } as const;
}

function writeLocation(location: BackupLocation): string {
  if (location.kind === 'directory') return location.path;
  if (location.kind === 'sftp') {
    const { user, host, port, path } = location;
    return `sftp://${user}@${host}:${port}${path}`;
  }
  const { endpoint, region, bucket, prefix } = location;
  return `s3://${bucket}/${prefix}?${new URLSearchParams({ endpoint, region })}`;
}

const LocationSchema = settingSchema<BackupLocation>({
  read: (written) => readBackupLocation(String(written)),
  write: writeLocation,
  expected:
    'must be the absolute path of a directory, sftp://USER@HOST/PATH or ' +
    's3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME, without a password',
});

/** Backup settings: target, interval and retention. */
export const BACKUP_SETTINGS = {
  'backup-to': setting({
    description: 'Backup target: an absolute directory, a bucket of S3, or an SFTP server.',
    placeholder: 'DIR|s3://…|sftp://…',
    schema: LocationSchema,
    presence: 'optional',
    defaultWords: 'no backups are made',
  }),
  'backup-credentials-file': setting({
    description: 'Credentials of the backup target, YAML or JSON.',
    placeholder: 'FILE',
    schema: textSchema('the path of a file'),
    holds: 'path',
    presence: 'optional',
  }),
  'backup-every': setting({
    description: 'Interval of whole backups; changes are added every 15 s in between.',
    placeholder: 'DURATION',
    unit: 'ms, s, m or h',
    schema: IntervalSchema,
    default: '1h',
  }),
  'backup-keep': setting({
    description: 'Retention of every backup.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '1d',
  }),
  'backup-keep-daily': setting({
    description: 'Retention of the last backup of each day.',
    placeholder: 'DURATION',
    unit: 'd, h, m, s or ms',
    schema: RetentionSchema,
    default: '7d',
  }),
} as const;
