import type { CertificateCrypto } from '../../../ports/certificates.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';

/** What enrolling agents needs. */
export interface EnrollmentDeps extends CapabilityDeps {
  /** Signs certificates of agents; undefined where agents are not enrolled. */
  readonly certificates: CertificateCrypto | undefined;
}
