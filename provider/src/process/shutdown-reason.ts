/**
 * Reason for a provider's shutdown. `dismissed`: Terraform has received all answers and asks it to
 * exit. `cut-off`: a signal or a test; it is not known whether the last answers have arrived.
 */
export type ShutdownReason = 'dismissed' | 'cut-off';
