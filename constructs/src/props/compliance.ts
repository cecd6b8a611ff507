/** Standards and severities of compliance, as classes. */

/** A standard of compliance. The mapping is ours; no publisher has endorsed it. */
export class ComplianceStandard {
  /** CIS Controls. */
  public static readonly CIS: ComplianceStandard = new ComplianceStandard('cis');
  /** PCI DSS. */
  public static readonly PCI_DSS: ComplianceStandard = new ComplianceStandard('pci-dss');
  /** HIPAA Security Rule. */
  public static readonly HIPAA: ComplianceStandard = new ComplianceStandard('hipaa');
  /** SOC 2 Trust Services Criteria. */
  public static readonly SOC2: ComplianceStandard = new ComplianceStandard('soc2');
  /** General Data Protection Regulation. */
  public static readonly GDPR: ComplianceStandard = new ComplianceStandard('gdpr');
  /** ISO/IEC 27001, Annex A. */
  public static readonly ISO27001: ComplianceStandard = new ComplianceStandard('iso27001');

  /** The name of the standard, as in `novacron compliance report --standard`. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Severity of a check. */
export class CheckSeverity {
  /** The system is open or data is at risk. */
  public static readonly CRITICAL: CheckSeverity = new CheckSeverity('critical');
  /** A main protection is missing. */
  public static readonly HIGH: CheckSeverity = new CheckSeverity('high');
  /** A protection is weak. */
  public static readonly MEDIUM: CheckSeverity = new CheckSeverity('medium');
  /** Good practice. */
  public static readonly LOW: CheckSeverity = new CheckSeverity('low');

  /** The name of the severity. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}
