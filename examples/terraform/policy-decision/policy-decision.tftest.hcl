run "small" {
  assert {
    condition     = output.decision.allowed && length(output.decision.warnings) == 0
    error_message = "4 cores are allowed without a warning"
  }
}

run "large" {
  variables {
    cpu_cores = 12
  }

  assert {
    condition     = output.decision.allowed && length(output.decision.warnings) == 1
    error_message = "12 cores are allowed with a warning"
  }
}

run "too_large" {
  variables {
    cpu_cores = 24
  }

  assert {
    condition     = !output.decision.allowed && contains(output.decision.problems, "policy-denied")
    error_message = "24 cores are denied by the policy"
  }
}
