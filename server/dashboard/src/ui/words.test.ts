import { describe, expect, test } from '@jest/globals';
import { labelOf } from './words.ts';

describe('the label of a field', () => {
  test.each([
    ['tpm', 'TPM'],
    ['io_limits', 'I/O limits'],
    ['password_wo', 'Password (write-only)'],
    ['password_wo_version', 'Password version'],
    ['from_vm_id', 'From VM'],
    ['network_id', 'Network'],
    ['further_network_ids', 'Further networks'],
    ['ids', 'IDs'],
    ['idle_timeout', 'Idle timeout'],
    ['memory_gb', 'Memory'],
    ['deletion_protection', 'Deletion protection'],
  ])('%s is %s', (field, label) => {
    expect(labelOf(field)).toBe(label);
  });
});
