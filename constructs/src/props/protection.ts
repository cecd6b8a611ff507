import { type IResolvable, Lazy } from 'cdktf';

/** Props of resources that can be protected from deletion. */
export interface ProtectionProps {
  /**
   * Whether deleting it is rejected, already in plans.
   * @default - true if its label `environment` is `production` or `prod`, otherwise false
   */
  readonly deletionProtection?: boolean;
}

const PROTECTED_ENVIRONMENTS: readonly string[] = ['production', 'prod'];

/**
 * Renders the deletion protection. Labels may be added until the app is synthesised, by an aspect
 * for example.
 */
export function renderProtection(
  props: ProtectionProps,
  labelsNow: () => { [label: string]: string } | undefined,
): boolean | IResolvable {
  const produce = () =>
    PROTECTED_ENVIRONMENTS.includes(labelsNow()?.environment ?? '') ? true : undefined;
  return props.deletionProtection ?? Lazy.anyValue({ produce });
}
