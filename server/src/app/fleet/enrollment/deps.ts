import type { CertificateCrypto } from '../../../ports/certificates.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** Dependencies of enrolling agents. */
export interface EnrollmentDeps extends CapabilityDeps {
  /** Signs certificates of agents; undefined where agents are not enrolled. */
  readonly certificates: CertificateCrypto | undefined;
}
