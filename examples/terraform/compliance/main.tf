data "novacron_compliance" "pci" {
  standard = "pci-dss"
}

# A warning of the run, no failure. To refuse a plan instead, use a precondition, or a policy.
check "compliance" {
  assert {
    condition = data.novacron_compliance.pci.critical_violations == 0
    error_message = join("\n", [for found in data.novacron_compliance.pci.violations :
      "${found.check} ${found.subject_kind} ${found.subject_name}: ${found.reason}"
      if found.severity == "critical"
    ])
  }
}

resource "novacron_security_group" "web" {
  name = "compliant-web"
  rules = [{
    direction   = "ingress"
    action      = "allow"
    protocol    = "tcp"
    ports       = "443"
    cidr        = "0.0.0.0/0"
    description = "the shop"
  }]
}
