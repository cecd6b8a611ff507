import type { TerraformMetaArguments } from 'cdktf';

/** Picks the arguments that Terraform defines for every resource. */
export function pickMetaArguments(props: TerraformMetaArguments): TerraformMetaArguments {
  const { forEach, count, dependsOn, lifecycle, provider, provisioners, connection } = props;
  return { forEach, count, dependsOn, lifecycle, provider, provisioners, connection };
}
