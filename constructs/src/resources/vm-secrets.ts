import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { escapeOptional } from '../synthesis/escape-template.ts';

interface SecretProps {
  readonly userData?: string;
  readonly secretUserData?: string;
  readonly password?: string;
  readonly unattend?: string;
  readonly secretVersion?: number;
}

/** The attributes of a VM that are in no state, with their versions. */
export function renderSecrets(props: SecretProps) {
  const { userData, secretUserData, password, unattend, secretVersion = 1 } = props;
  return {
    userData: escapeOptional(userData),
    userDataWo: secretUserData,
    userDataWoVersion: secretUserData === undefined ? undefined : secretVersion,
    passwordWo: password,
    passwordWoVersion: password === undefined ? undefined : secretVersion,
    unattendWo: unattend,
    unattendWoVersion: unattend === undefined ? undefined : secretVersion,
  };
}

/** Throws for a secret that would be readable in the synthesised file. */
export function refuseLiteralSecrets(vm: Construct, props: SecretProps): void {
  for (const name of ['secretUserData', 'password', 'unattend'] as const) {
    const value = props[name];
    if (value === undefined || Token.isUnresolved(value)) continue;
    throw new Error(
      `${vm.node.path}: \`${name}\` is a literal, which would be readable in the synthesised ` +
        'file. Pass a reference instead, such as the `value` of a TerraformVariable ' +
        'with `sensitive: true`, and set TF_VAR_… where Terraform runs.',
    );
  }
}

/** Explains why a guest ignores its answer file; undefined if the guest reads it. */
export function findForeignAnswerFile(
  { unattend }: Pick<SecretProps, 'unattend'>,
  guestOs: string | undefined,
): string | undefined {
  if (unattend === undefined || guestOs === 'windows' || Token.isUnresolved(guestOs)) {
    return undefined;
  }
  return (
    'has an answer file, which only Windows reads. Set `guestOs: "windows"`, or remove ' +
    '`unattend`.'
  );
}
