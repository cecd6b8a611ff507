run "create" {
  assert {
    condition     = output.policy.rego_version == "v1"
    error_message = "the server reports the Rego version of the rule"
  }
}

# How a policy is enforced is not a new rule.
run "enforce" {
  variables {
    enforcement_mode = "block"
  }

  assert {
    condition     = output.policy == run.create.policy
    error_message = "another mode changes the policy in place and keeps its version"
  }
}
