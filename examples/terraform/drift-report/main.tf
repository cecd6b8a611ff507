data "novacron_drift_report" "now" {
  severity_min = "high"
}

# Every plan and every apply looks; drift that is worth a page is a warning of the run, no failure.
# A data source inside of the check would be read at every apply, so that no plan would be empty.
check "drift" {
  assert {
    condition     = data.novacron_drift_report.now.clean
    error_message = join("\n", flatten(data.novacron_drift_report.now.records[*].explanation))
  }
}

resource "novacron_network" "watched" {
  name = "watched"
  cidr = "10.50.0.0/24"
}
