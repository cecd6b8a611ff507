/** Numbers that checks compare with. Of standards that differ, the strictest decides. */
import type { ComplianceParameters } from '../model/check.ts';

/** Sources: CIS Controls 8.1 (5.3: 45 days), PCI DSS 4.0.1 (10.5.1: 12 months, 8.3.10). */
export const PARAMETERS: ComplianceParameters = {
  sensitiveClasses: ['confidential', 'restricted', 'pci', 'phi', 'pii'],
  adminPorts: [
    [22, 23],
    [445, 445],
    [623, 623],
    [2375, 2376],
    [3306, 3306],
    [3389, 3389],
    [5432, 5432],
    [5900, 5999],
    [6443, 6443],
    [7480, 7480],
    [16_509, 16_509],
    [16_514, 16_514],
  ],
  clearTextPorts: [
    [21, 21],
    [23, 23],
    [69, 69],
    [79, 79],
    [109, 110],
    [143, 143],
    [161, 161],
    [389, 389],
    [512, 514],
    [873, 873],
    [2049, 2049],
  ],
  orphanDays: 30,
  securityDriftHours: 24,
  inactiveDays: 45,
  keyDaysMax: 365,
  bootstrapDays: 7,
  adminsMax: 5,
  auditDays: 365,
  templateDaysMax: 90,
  recoveryPointHours: 24,
  restoreTestDays: 90,
};
