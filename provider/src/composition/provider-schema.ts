/** The arguments of the provider block. */
import { X509Certificate } from 'node:crypto';
import { DRIFT_SEVERITIES } from '@novacron/contract/drift';
import { TenantId } from '@novacron/contract/ids';
import { Labels } from '@novacron/contract/resource';
import { findIssues } from '../fields/find-issues.ts';
import { int, map, string } from '../framework/schema/attributes.ts';
import { providerSchema } from '../framework/schema/schema.ts';
import { lengthBetween, oneOf } from '../framework/schema/validators.ts';

/** Where a server is that was started without flags. */
export const ENDPOINT_DEFAULT = 'http://127.0.0.1:7480';

/** Drift stays a warning, however severe. */
export const DRIFT_OFF = 'off';

const DEPLOYMENT_LENGTH_MAX = 128;

/** Who wants to wait longer runs Terraform again. Unit: seconds. */
const RETRY_SECONDS_MAX = 3_600;

const WARNINGS_MAX = 1_000;

/** What the provider block may say. */
export const PROVIDER_SCHEMA = providerSchema({
  description: 'Runs virtual machines on a fleet of hypervisor nodes.',
  attributes: {
    endpoint: string({
      optional: true,
      description:
        'URL of the NovaCron server. Default: `NOVACRON_ENDPOINT`, else `http://127.0.0.1:7480`.',
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
        "Certificate of the authority that the server's own is signed by, as PEM: " +
        '`file("ca.pem")`. It is trusted besides those that Node knows.',
    }),
    tenant: string({
      optional: true,
      validators: [checkTenant],
      description:
        'Id of the tenant that this configuration is for: the key of another one is refused, ' +
        'before anything is planned. Default: that of the key, whichever it is.',
    }),
    deployment: string({
      optional: true,
      validators: [lengthBetween(1, DEPLOYMENT_LENGTH_MAX), checkDeployment],
      description:
        'Name of this configuration among those that use the server: drift is measured from what ' +
        'the same deployment applied. Default: `default`.',
    }),
    default_labels: map({
      element: string,
      optional: true,
      validators: [checkLabels],
      description:
        'Labels that everything of this provider has which has `metadata`: VMs, VM groups and ' +
        'their members, security groups and templates. What `metadata` says itself goes before ' +
        'them. `metadata_all` has both, `vm_metadata_all` for the members of a group.',
    }),
    fail_on_drift: string({
      optional: true,
      validators: [oneOf(...DRIFT_SEVERITIES, DRIFT_OFF)],
      description:
        'Makes drift an error that is this severe or more: `critical`, `high`, `medium`, `low`, ' +
        '`info`; `off` leaves it a warning. `NOVACRON_FAIL_ON_DRIFT` goes before it, so that ' +
        '`NOVACRON_FAIL_ON_DRIFT=off terraform apply` repairs. Default: `off`.',
    }),
    retry_seconds: int({
      optional: true,
      validators: [between(0, RETRY_SECONDS_MAX)],
      description:
        'How long a call is tried again while the server restarts, is busy or asks for patience. ' +
        'Only calls are that may be repeated. 0 never tries again. Unit: seconds. Default: `30`.',
    }),
    warnings_max: int({
      optional: true,
      validators: [between(0, WARNINGS_MAX)],
      description:
        'So many resources have a warning of their own, for drift and for what a change restarts ' +
        'or replaces; the others are told in sum. Default: `10`.',
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

/** It travels in a header of HTTP. */
function checkDeployment(text: string): string | undefined {
  return /^[\x20-\x7e]*$/.test(text) && text.trim() === text
    ? undefined
    : 'must be plain letters, digits and signs (ASCII), without line breaks or blanks around it';
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
