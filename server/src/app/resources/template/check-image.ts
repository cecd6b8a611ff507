/**
 * Checks the address of an image. All keys of the tenant read templates, and the commands to nodes
 * and their logs carry the address, so it must not be a secret.
 */
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Prefix of references to images of built-in templates. */
export const BUILT_IN_IMAGE = 'builtin:';

/** Parts of names of parameters that carry a credential, without case and punctuation. */
const CREDENTIAL_WORDS = [
  // Signed URLs of S3, Google Cloud Storage, CloudFront and others: X-Amz-Signature, Signature.
  'signature',
  'credential',
  'accesskey',
  'accessid',
  'keypairid',
  'token',
  'secret',
  'password',
  'passwd',
  'apikey',
  'privatekey',
  'authorization',
  'jwt',
] as const;

/** Whole names that carry one: Azure's SAS (sig), Akamai (hdnts, hdnea), Google's APIs (key). */
const CREDENTIAL_NAMES: ReadonlySet<string> = new Set([
  'sig',
  'hdnts',
  'hdnea',
  'key',
  'auth',
  'pass',
  'pwd',
]);

const REMEDY =
  'Serve the image to the network of the nodes without credentials, protected by its checksum.';

/**
 * Refuses an address that is not a valid URL, or that contains a credential: a user name, a
 * password, or a parameter that is known to carry one.
 * @param image - an https address, or `builtin:NAME` or `uploaded:FILE`, which always pass
 * @param field - the field that has it
 */
export function checkImage(image: string, field = 'image'): Problem[] {
  if (image.startsWith(BUILT_IN_IMAGE) || parseUploadedImage(image) !== undefined) return [];
  const [, authority = '', behind = ''] = /^https:\/\/([^/?#]*)(.*)$/s.exec(image) ?? [];
  // A password with one of / ? # ends the authority: what is left is not a host with a port.
  if (!URL.canParse(image) || authority === '' || image.includes('\\')) {
    return [
      refuse(field, {
        detail: 'The address of the image is not a valid URL of https.',
        remedy: 'Percent-encode special characters, as in https://images.example.com/a%20b.qcow2.',
        message: 'must be a valid https URL',
      }),
    ];
  }
  // A / in a user name or behind the digits of a password ends the authority, too.
  if (authority.includes('@') || /:[^@]*@/.test(authority + behind)) {
    return [
      refuse(field, {
        detail: 'The address of the image contains a user name or a password.',
        remedy: `Remove them, and write an @ of the path as %40. ${REMEDY}`,
        message: 'must not contain credentials',
      }),
    ];
  }
  if (behind.includes('#')) {
    return [
      refuse(field, {
        detail: 'The address of the image has a fragment, which nodes never send.',
        remedy: 'Remove the # and everything behind it.',
        message: 'must not have a fragment',
      }),
    ];
  }
  const name = parametersOf(behind).find(isCredential);
  if (name === undefined) return [];
  return [
    refuse(field, {
      detail: `The address of the image has the parameter ${name}, which carries a credential.`,
      remedy: `Remove the parameter. ${REMEDY}`,
      message: 'must not contain credentials',
    }),
  ];
}

function refuse(
  field: string,
  words: {
    readonly detail: string;
    readonly remedy: string;
    readonly message: string;
  },
): Problem {
  const { detail, remedy, message } = words;
  const fields = [{ path: [field], message }];
  return problem('validation-failed', { detail, remedy, fields });
}

/** Names of parameters, which some servers read from the path as well. */
function parametersOf(behind: string): string[] {
  return behind
    .split(/[/?&;]/)
    .filter((part) => part.includes('='))
    .map((part) => decode(part.slice(0, part.indexOf('='))));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isCredential(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return CREDENTIAL_NAMES.has(plain) || CREDENTIAL_WORDS.some((word) => plain.includes(word));
}
