/** The file of a Vault that has values of secrets. */
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import { isOriginUrl, readYamlFile } from '../read-yaml-file.ts';

/** Placeholder for the tenant id in `prefix`. */
const TENANT = '{tenant_id}';

/** A Vault, and how the server signs in. */
export interface VaultConfig {
  /** Without a slash at its end. */
  readonly url: string;
  /** Certificate authority, PEM; undefined: those that Node.js knows. */
  readonly ca: string | undefined;
  readonly namespace: string | undefined;
  /** Mount path of the KV secrets engine, version 2. */
  readonly mount: string;
  /** The part of each tenant, with `{tenant_id}` for its id. */
  readonly prefix: string;
  /** Files are read at each sign-in, so that others may replace them. */
  readonly login:
    | { readonly kind: 'token'; readonly file: string }
    | {
        readonly kind: 'approle';
        readonly mount: string;
        readonly roleId: string;
        readonly secretIdFile: string;
      };
}

const Path = z
  .string()
  .regex(
    /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/,
    'must be names separated by /',
  );

const FilePath = z.string().min(1);

const File = z
  .strictObject({
    url: z.string().refine(isOriginUrl, 'must be https://HOST; http is for this machine only'),
    ca_file: FilePath.optional(),
    namespace: Path.optional(),
    mount: Path.default('secret'),
    prefix: z
      .string()
      .refine((text) => text.split('/').includes(TENANT), `must have ${TENANT} between slashes`)
      .refine(
        (text) => Path.safeParse(text.replaceAll(TENANT, 'tenant')).success,
        'must be names separated by /',
      )
      .default(`novacron/${TENANT}`),
    token_file: FilePath.optional(),
    approle: z
      .strictObject({
        mount: Path.default('approle'),
        role_id: z.string().min(1),
        secret_id_file: FilePath,
      })
      .optional(),
  })
  .refine(
    ({ token_file: token, approle }) => (token === undefined) !== (approle === undefined),
    'must have either token_file or approle',
  );

/**
 * Reads the file; relative paths in it start at its directory.
 * Failure: all that is wrong, a line each.
 */
export function readVault(path: string): Result<VaultConfig, readonly string[]> {
  const file = readYamlFile(path, File);
  if (!file.ok) return file;
  const { content, pathOf, readBeside } = file.value;
  const { url, ca_file: caFile, namespace, mount, prefix, ...login } = content;
  const ca = caFile === undefined ? undefined : readBeside(caFile);
  if (ca?.ok === false) return err([`ca_file: ${ca.error}`]);
  const { token_file: token = '', approle } = login;
  return ok({
    url: new URL(url).origin,
    ca: ca?.value,
    namespace,
    mount,
    prefix,
    login:
      approle === undefined
        ? { kind: 'token', file: pathOf(token) }
        : {
            kind: 'approle',
            mount: approle.mount,
            roleId: approle.role_id,
            secretIdFile: pathOf(approle.secret_id_file),
          },
  });
}

/**
 * Reads the file of the Vault that has secrets of the configuration itself.
 * Failure: why there is none, in words that follow the setting.
 */
export function requireVault(path: string | undefined): Result<VaultConfig, string> {
  if (path === undefined) return err('is in Vault, and the setting vault names none');
  const read = readVault(path);
  return read.ok ? read : err(`is in Vault, which cannot be used: ${read.error.join('; ')}`);
}
