run "create" {
  assert {
    condition     = output.policy.priority == 10
    error_message = "the document says its priority"
  }
}

# Whether a policy is enabled is not a new document.
run "disable" {
  variables {
    enabled = false
  }

  assert {
    condition     = output.policy == run.create.policy
    error_message = "switching it off changes the policy in place and keeps its version"
  }
}
