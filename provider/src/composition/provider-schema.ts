/** The arguments of the provider block. */
import { X509Certificate } from 'node:crypto';
import { DRIFT_SEVERITIES } from '@novacron/contract/drift/drift';
import { TenantId } from '@novacron/contract/ids';
import { Labels } from '@novacron/contract/schema/resource';
import { findIssues } from '../fields/find-issues.ts';
import { int, map, string } from '../framework/schema/attributes.ts';
import { providerSchema } from '../framework/schema/schema.ts';
import { lengthBetween, oneOf } from '../framework/schema/validators.ts';

/** The endpoint of a server that was started without flags. */
export const ENDPOINT_DEFAULT = 'http://127.0.0.1:7480';

/** Drift of any severity stays a warning. */
export const DRIFT_OFF = 'off';

const DEPLOYMENT_LENGTH_MAX = 128;

/** For a longer wait, run Terraform again. Unit: seconds. */
const RETRY_SECONDS_MAX = 3_600;

const WARNINGS_MAX = 1_000;

/** The schema of the provider block. */
export const PROVIDER_SCHEMA = providerSchema({
  description: 'Runs virtual machines on a fleet of hypervisor nodes.',
  attributes: {
    endpoint: string({
      optional: true,
      description:
        'URL of the NovaCron server. Default: `NOVACRON_ENDPOINT`, or `http://127.0.0.1:7480`.',
    }),
    api_key: string({
      optional: true,
      sensitive: true,
      description: 'API key. Default: `NOVACRON_API_KEY`.',
    }),
    ca_certificate: string({
      optional: true,
      validators: [checkCertificate],
      description:
        "Certificate, as PEM, of the authority that signed the server's certificate: " +
        '`file("ca.pem")`. It is trusted in addition to the authorities that Node trusts.',
    }),
    tenant: string({
      optional: true,
      validators: [checkTenant],
      description:
        'Id of the tenant that this configuration is for: a key of another tenant is rejected ' +
        'before anything is planned. Default: the tenant of the key.',
    }),
    deployment: string({
      optional: true,
      validators: [lengthBetween(1, DEPLOYMENT_LENGTH_MAX), checkDeployment],
      description:
        'Name of this configuration among those that use the server: drift is measured against ' +
        'what the same deployment applied. Default: `default`.',
    }),
    default_labels: map({
      element: string,
      optional: true,
      validators: [checkLabels],
      description:
        'Labels of all resources of this provider that have `metadata`: VMs, VM groups and their ' +
        'members, security groups and templates. `metadata` takes precedence. `metadata_all` ' +
        'contains both, `vm_metadata_all` those of the members of a group.',
    }),
    fail_on_drift: string({
      optional: true,
      validators: [oneOf(...DRIFT_SEVERITIES, DRIFT_OFF)],
      description:
        'Makes drift of this severity or higher an error: `critical`, `high`, `medium`, `low`, ' +
        '`info`; with `off` it stays a warning. A difference of which the server cannot tell ' +
        'whether it is drift is an error at any severity. ' +
        '`NOVACRON_FAIL_ON_DRIFT` takes precedence, so that ' +
        '`NOVACRON_FAIL_ON_DRIFT=off terraform apply` repairs drift. Default: `off`.',
    }),
    retry_seconds: int({
      optional: true,
      validators: [between(0, RETRY_SECONDS_MAX)],
      description:
        'Maximum time a call is retried while the server starts or restarts, is busy or limits ' +
        'the rate. Only idempotent calls are retried; the first call of a run is not where the ' +
        'endpoint has no such server (unknown host, TLS error, HTTP status 404). 0 disables ' +
        'retries. Unit: seconds. Default: `30`, and `3` for the first call of a run.',
    }),
    warnings_max: int({
      optional: true,
      validators: [between(0, WARNINGS_MAX)],
      description:
        'Maximum number of individual warnings of a kind, such as drift or restarts; further ' +
        'resources share a summary, and further errors of a kind are shortened. Default: `10`.',
    }),
  },
});

function between(least: number, most: number) {
  return (value: number): string | undefined =>
    value >= least && value <= most ? undefined : `must be from ${least} to ${most}`;
}

function checkLabels(labels: Readonly<Record<string, unknown>>) {
  return findIssues(Labels, labels);
}

/** The deployment is sent in an HTTP header. */
function checkDeployment(text: string): string | undefined {
  return /^[\x20-\x7e]*$/.test(text) && text.trim() === text
    ? undefined
    : 'must be printable ASCII characters, without leading or trailing spaces';
}

function checkTenant(text: string): string | undefined {
  return TenantId.safeParse(text).success ? undefined : 'must be the id of a tenant: tnt_…';
}

function checkCertificate(text: string): string | undefined {
  try {
    new X509Certificate(text);
    return undefined;
  } catch {
    return 'must be a certificate in PEM: -----BEGIN CERTIFICATE-----, as file("ca.pem") reads it';
  }
}
